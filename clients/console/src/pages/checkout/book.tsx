// The saved addresses of a customer: added with the position of the device, or with coordinates that are typed.
import type { SavedAddress, Shops } from "@metaia/client/shops";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { useToast } from "../../ui/toast.js";
import { Switch } from "../common/switch.js";
import { useCheckoutText } from "./text.js";

const MOST = 20;

export function AddressesDialog({ client, addresses, located, onChanged, onClose }: {
  client: Shops;
  addresses: readonly SavedAddress[];
  /** Where the device is. */
  located: () => Promise<{ lat: number; lng: number }>;
  onChanged: () => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useText();
  const k = useCheckoutText();
  const toast = useToast();
  const [label, setLabel] = useState("");
  const [address, setAddress] = useState("");
  const [lat, setLat] = useState("");
  const [lng, setLng] = useState("");
  const [first, setFirst] = useState(addresses.length === 0);
  const place = lat.trim() && lng.trim() ? { lat: Number(lat), lng: Number(lng) } : null;
  const wrong = !label.trim() || !address.trim() || (!place && !!(lat.trim() || lng.trim())) || (!!place && !(Math.abs(place.lat) <= 85 && Math.abs(place.lng) <= 180));
  const locate = () => located().then((found) => (setLat(String(found.lat)), setLng(String(found.lng))), () => toast(k("place.refused"), "error"));
  const save = async () => {
    await client.saveAddress({ label: label.trim(), address: address.trim(), ...place, ...(first && { default: true }) });
    onChanged();
    onClose();
  };
  return (
    <Dialog title={k("addresses")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={wrong || addresses.length >= MOST} action={save} done={k("saved")}>{k("address.add")}</ActionButton></>}>
      <ul className="items">
        {addresses.map((one) => (
          <li key={one.id}>
            <span className="grow"><strong>{one.label}</strong> <small className="muted block">{one.address}</small></span>
            <ActionButton kind="quiet" aria-label={k("address.remove", { name: one.label })} action={() => client.removeAddress(one.id).then(onChanged)}><Icon name="close" /></ActionButton>
          </li>
        ))}
      </ul>
      <Field label={k("address.label")} maxLength={60} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
      <Field label={k("address")} autoComplete="street-address" maxLength={500} value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
      <div className="two">
        <Field label={k("lat")} inputMode="decimal" value={lat} onChange={(event) => setLat(event.currentTarget.value)} />
        <Field label={k("lng")} inputMode="decimal" value={lng} onChange={(event) => setLng(event.currentTarget.value)} />
      </div>
      <p><Button onClick={() => void locate()}><Icon name="map" /> {k("place.locate")}</Button></p>
      <Switch label={k("address.default")} on={first} onChange={setFirst} />
    </Dialog>
  );
}
