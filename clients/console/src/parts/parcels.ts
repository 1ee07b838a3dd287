// Parcels of orders: their scans and a map, a partner's forms, the list of staff; their texts in both languages.
import "../main.js";
export { OrderParcels } from "../pages/parcels/order.js";
export { ParcelsPage } from "../pages/parcels/page.js";
