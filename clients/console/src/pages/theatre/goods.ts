// What the customer of the story orders: a shirt of the tailor's catalogue, to measure; in free text where there is none.
import type { Metaia } from "@metaia/client";
import type { Group, MenuProduct, MenuSection, Modifier } from "@metaia/client/shops";

const SHIRT = "Linen shirt, made to measure";
const ADDRESS = "14 Lake Road, Kochi";
/** Where the tailor is, and where the order goes. */
export const SHOP = { lat: 9.9816, lng: 76.2757 };
const HOME = { address: ADDRESS, lat: 9.9852, lng: 76.283 };
const FREE = { items: [{ name: "Linen shirt", quantity: 2, price: 1450 }], customerInfo: { address: ADDRESS } };

/** Return the items of the order, and where it goes. */
export async function goods({ rest }: Metaia, partnerId: string): Promise<{ items: object[] }> {
  const menu = await rest.send("get", `/api/partners/${partnerId}/menu`).then(({ data }) => data, () => null);
  const sections: MenuSection[] = menu?.sections ?? [];
  const shirt = sections.flatMap(({ products }) => products).find(({ name }) => name === SHIRT);
  if (!shirt) return FREE;
  return { items: [{ productId: shirt.id, quantity: 2, modifiers: chosen(shirt, menu.modifierGroups) }], destination: HOME } as { items: object[] };
}

/** Return a size in the middle for each measurement, the first option of what is required, and a monogram. */
function chosen({ modifierGroups }: MenuProduct, groups: readonly Group[]): Modifier[] {
  return modifierGroups.flatMap(({ groupId, min }): Modifier[] => {
    const group = groups.find(({ id }) => id === groupId);
    if (group?.kind === "text") return [{ groupId, text: "AN" }];
    if (group?.kind === "measurement") return [{ groupId, value: Math.round((group.minValue! + group.maxValue!) / 2), unit: group.unit as "cm" }];
    const option = min ? group?.options[0] : undefined;
    return option ? [{ groupId, optionId: option.id }] : [];
  });
}
