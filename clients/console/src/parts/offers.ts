// Offers and deals; their texts in both languages.
import "../main.js";
export { offersOf } from "@metaia/client/offers";
export { DealPage } from "../pages/deals/one.js";
export { DealsPage } from "../pages/deals/list.js";
export { NewOfferPage } from "../pages/offers/new.js";
export { OfferPage } from "../pages/offers/one.js";
export { OffersPage } from "../pages/offers/list.js";
