// Shops: the directory, a shop with its menu and the cart, reviews; their texts in both languages.
import "../main.js";
export { CounterPage, ShopPage } from "../pages/shops/shop.js";
export { ShopsPage } from "../pages/shops/directory.js";
export { DeliveryCode, OrderArrival, OrderCharges } from "../pages/shops/order.js";
export { OrderReview } from "../pages/shops/review.js";
export { OwnReviews } from "../pages/shops/reviews.js";
