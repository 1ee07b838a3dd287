// A partner's shop: the catalogue, the profile, coupons; their texts in both languages.
import "../main.js";
export { CataloguePage } from "../pages/catalogue/page.js";
export { CouponsPage } from "../pages/catalogue/coupons.js";
export { ExtrasPage } from "../pages/catalogue/extras.js";
export { ProfilePage } from "../pages/catalogue/profile.js";
