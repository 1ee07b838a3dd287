// Where to: a saved address, or where the device is. Distances and fees of delivery depend on it.
import type { SavedAddress, Shops } from "@metaia/client/shops";
import { useShopsClient } from "@metaia/client/shops/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { checkout } from "../../app/parts.js";
import { Button } from "../../ui/button.js";
import { Select } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { useToast } from "../../ui/toast.js";
import { located } from "./position.js";
import { useShopText } from "./text.js";

const HERE = "here";

export interface Place {
  /** Of a saved address; without it: where the device is. */
  addressId?: string;
  address?: string;
  lat: number;
  lng: number;
}

export interface PlaceHook {
  place: Place | null;
  choose(place: Place | null): void;
  /** Undefined until they are known. */
  addresses: SavedAddress[] | undefined;
  reload(): void;
}

export const pointOf = ({ lat, lng }: Place): string => `${lat},${lng}`;

const chosen = new WeakMap<Shops, Place | null>(); // by user: kept while the page lives, for the next shop
const found = new WeakMap<Shops, Place>(); // by user: where the device was

const placeOf = ({ id, address, lat, lng }: SavedAddress): Place | null => (lat === null || lng === null ? null : { addressId: id, address, lat, lng });

/** The place that was chosen, at first the default address. */
export function usePlace(): PlaceHook {
  const client = useShopsClient();
  const [addresses, setAddresses] = useState<SavedAddress[]>();
  const [asked, setAsked] = useState(0);
  const [place, setPlace] = useState(chosen.get(client) ?? null);
  const choose = (next: Place | null) => {
    chosen.set(client, next);
    setPlace(next);
  };
  useEffect(() => {
    const stop = new AbortController();
    client.addresses(stop.signal).then(
      (all) => {
        setAddresses(all);
        const usual = all.find((one) => one.default) ?? all[0];
        const before = chosen.get(client);
        const removed = before?.addressId && !all.some(({ id }) => id === before.addressId);
        if (before === undefined || removed) choose(usual ? placeOf(usual) : null);
      },
      () => stop.signal.aborted || setAddresses((before) => before ?? []),
    );
    return () => stop.abort();
  }, [client, asked]);
  return { place, choose, addresses, reload: () => setAsked((before) => before + 1) };
}

export function PlaceChoice({ hook: { place, choose, addresses, reload } }: { hook: PlaceHook }): ReactNode {
  const { s } = useShopText();
  const client = useShopsClient();
  const here = found.get(client) ?? null;
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const known = (addresses ?? []).filter((one) => placeOf(one));
  const locate = async () => {
    setBusy(true);
    try {
      const there = await located();
      found.set(client, there);
      choose(there);
    } catch {
      toast(s("place.refused"), "error");
    }
    setBusy(false);
  };
  const value = place ? (place.addressId ?? HERE) : "";
  const options: [string, string][] = [["", s("place.any")], ...known.map((one): [string, string] => [one.id, one.label])];
  if (here) options.push([HERE, s("place.here")]);
  const pick = (id: string) => {
    const address = known.find((one) => one.id === id);
    choose(id === HERE ? here : address ? placeOf(address) : null);
  };
  return (
    <div className="place-choice">
      <Select label={s("place")} value={value} onChange={(event) => pick(event.currentTarget.value)} options={options} />
      <Button busy={busy} aria-label={s("place.locate")} title={s("place.locate")} onClick={() => void locate()}><Icon name="map" /></Button>
      <Button aria-label={s("addresses")} title={s("addresses")} disabled={!addresses} onClick={() => setOpen(true)}><Icon name="plus" /></Button>
      {open && addresses && <Loaded part={checkout} lines={0} show={({ AddressesDialog }) => <AddressesDialog client={client} addresses={addresses} located={located} onChanged={reload} onClose={() => setOpen(false)} />} />}
    </div>
  );
}
