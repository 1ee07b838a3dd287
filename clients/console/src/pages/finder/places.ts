// The page of the console that shows what was found, if the role has one.
import type { SearchHit } from "@metaia/client/search";

/** Return the path of a hit's page; undefined if there is none for this role. */
export function pageOf(type: string, { id, href }: SearchHit, role: string, staff: boolean): string | undefined {
  switch (type) {
    case "orders":
    case "bookings":
    case "offers":
      return role === "delivery" && type !== "orders" ? undefined : `/${type}/${id}`;
    case "users":
      return `/people/${id}`;
    case "payments":
      return staff ? `/payments/${id}` : undefined;
    case "partners":
      return role === "customer" ? `/shops/${id}` : staff ? `/people/${id}` : undefined;
    case "conversations":
    case "messages":
      return `/chat/${href.split("/").at(-1)}`;
    case "notifications":
      return "/notifications";
    default:
      return undefined;
  }
}
