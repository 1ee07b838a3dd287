// The sum of a handover, in minor units: 0.1 + 0.2 is 0.3.
import { decimalsOf } from "../customer/products.js";

/** Whether what was counted and what is missing can be booked: no parts of a minor unit, not nothing, at most the balance. */
export function bookable(counted: number, missing: number, balance: number, currency: string): boolean {
  const decimals = decimalsOf(currency);
  const minor = (amount: number) => Math.round(amount * 10 ** decimals);
  const whole = [counted, missing].every((amount) => Number(amount.toFixed(decimals)) === amount && amount >= 0);
  const sum = minor(counted) + minor(missing);
  return whole && sum > 0 && sum <= minor(balance);
}
