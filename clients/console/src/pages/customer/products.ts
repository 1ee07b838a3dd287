// What the shops of the demo sell, as suggestions; prices in INR. Others can be typed.
export type Product = readonly [name: string, price: number];

export const PRODUCTS: Record<string, readonly Product[]> = {
  tailor: [
    ["Linen shirt, made to measure", 1450], ["Trousers, hemmed", 250], ["Silk blouse", 1800],
    ["Sherwani, second fitting", 2200], ["Suit jacket, taken in", 900], ["Zip, replaced", 180],
  ],
  vendor: [
    ["Masala dosa", 120], ["Paneer tikka", 280], ["Vegetable biryani", 240],
    ["Thali of the day", 220], ["Mango lassi", 90], ["Filter coffee", 40],
  ],
  operator: [
    ["Flea drops, pack of 3", 850], ["Recovery collar, medium", 420], ["Joint tablets, 60", 1250],
    ["Dental chews", 360], ["Mild shampoo", 540],
  ],
};

/** Round figures, as in the demo. */
export const RATES: Record<string, number> = { INR: 1, EUR: 0.011, USD: 0.012, JPY: 1.8 };

/** The decimals of a currency. */
export function decimalsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Return the sum in major units, computed in minor units as the server does. */
export function totalOf(items: readonly { price: number; quantity: number }[], currency: string): number {
  const unit = 10 ** decimalsOf(currency);
  return items.reduce((sum, { price, quantity }) => sum + Math.round(price * unit) * quantity, 0) / unit;
}
