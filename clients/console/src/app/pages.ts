// The pages of each role. A page is one file in src/pages/<role>/ and one line here.
export { ADMINS } from "./roles.js"; // before the lists of pages, which use it when they are made
import type { ReactNode } from "react";
import { PARTNERS } from "./roles.js";
import type { Key } from "./text.js";
import { customerPages } from "../pages/customer/index.js";
import { deliveryPages } from "../pages/delivery/index.js";
import { partnerPages } from "../pages/partner/index.js";
import { staffPages } from "../pages/staff/index.js";

export interface Page {
  /** Below the slot, e.g. `/orders/:id`; the values are the page's properties. */
  path: string;
  view: (values: Record<string, string>) => ReactNode;
  /** In the navigation; without it the page is reached from another one. */
  title?: Key;
  icon?: string;
  /** The number of unread conversations stands beside the title. */
  unread?: boolean;
  /** Roles of staff that see it; all if not given. */
  roles?: readonly string[];
}

export function pagesOf(role: string): Page[] {
  const pages = role === "customer" ? customerPages
    : role === "delivery" ? deliveryPages
    : PARTNERS.includes(role) ? partnerPages
    : staffPages;
  return pages.filter((page) => !page.roles || page.roles.includes(role));
}
