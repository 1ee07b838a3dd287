// What pages of a shop show on demand: pictures, dates with other hours, the area of delivery, sale prices, an import; their
// texts in both languages.
import "../main.js";
export { Area } from "../pages/storefront/area.js";
export { DatesEditor } from "../pages/storefront/dates.js";
export { ImportDialog } from "../pages/storefront/import.js";
export { SaleFields } from "../pages/storefront/sale.js";
export { ShopPictures } from "../pages/storefront/pictures.js";
