// A courier's shift, open deliveries, own deliveries; their texts in both languages.
import "../main.js";
export { CourierPage } from "../pages/courier/page.js";
