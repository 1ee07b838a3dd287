// Not in pages.ts: the lists of pages, which it imports, are made before its own constants.
export const ADMINS = ["admin", "super_admin"] as const;
export const PARTNERS: readonly string[] = ["tailor", "vendor", "kitchen", "clinic"];
export const STAFF: readonly string[] = ["support", "admin", "super_admin"];
