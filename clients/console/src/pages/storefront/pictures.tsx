// The pictures of a shop: uploaded here, shown in the directory and on its page.
import type { Catalogue, OwnShop } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { useStorefrontText } from "./text.js";

const MOST = 12;
const listOf = (id: string | null): string[] => (id ? [id] : []);

export function ShopPictures({ shop, client, onDone }: { shop: OwnShop; client: Catalogue; onDone: () => void }): ReactNode {
  const w = useStorefrontText();
  const [logo, setLogo] = useState(listOf(shop.logoMediaId));
  const [banner, setBanner] = useState(listOf(shop.bannerMediaId));
  const [others, setOthers] = useState<string[]>(shop.mediaIds);
  const wanted = { logoMediaId: logo[0] ?? null, bannerMediaId: banner[0] ?? null, mediaIds: others };
  const same = JSON.stringify(wanted) === JSON.stringify({ logoMediaId: shop.logoMediaId, bannerMediaId: shop.bannerMediaId, mediaIds: shop.mediaIds });
  const save = async () => {
    await client.shop.save(wanted, shop.version);
    onDone();
  };
  return (
    <Card title={w("pictures")}>
      <p className="muted small">{w("pictures.text")}</p>
      <Loaded part={files} lines={3} show={({ ItemPictures }) => (
        <div className="two">
          <ItemPictures label={w("logo")} folder="profile" most={1} ids={logo} onChange={setLogo} />
          <ItemPictures label={w("banner")} folder="banner" most={1} ids={banner} onChange={setBanner} />
          <ItemPictures label={w("others", { most: MOST })} folder="banner" most={MOST} ids={others} onChange={setOthers} />
        </div>
      )} />
      <p><ActionButton kind="primary" disabled={same} action={save} done={w("saved")}>{w("save")}</ActionButton></p>
    </Card>
  );
}
