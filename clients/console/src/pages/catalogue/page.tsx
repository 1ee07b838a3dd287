// The catalogue of a partner: sections with products; one tap makes a product sold out or there again.
import type { Product } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Photo } from "../../ui/avatar.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAction } from "../../ui/action.js";
import { Switch } from "../common/switch.js";
import { CsvTools } from "./csv.js";
import { useCatalogueClient, useContents, useOwnShop, type Contents } from "./data.js";
import { PricesDialog } from "./prices.js";
import { ProductDialog } from "./product.js";
import { SectionDialog } from "./section.js";
import { useCatalogueText } from "./text.js";

type Open = { product: Product | null; sectionId?: string | undefined } | null;

export function CataloguePage(): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const { data: shop, error: away, reload: again } = useOwnShop();
  const { data, error, reload } = useContents();
  const [open, setOpen] = useState<Open>(null);
  const [section, setSection] = useState<Contents["sections"][number] | "new" | null>(null);
  const [prices, setPrices] = useState(false);
  const [q, setQ] = useState("");
  if (shop === null) return <Card title={c("catalogue")}><Empty title={c("profile.first")}><Link to="/shop/profile" className="button primary">{c("profile")}</Link></Empty></Card>;
  if ((error && !data) || (away && !shop)) return <Card title={c("catalogue")}><Empty title={c("failed")}><Button onClick={() => (again(), reload())}>{t("list.again")}</Button></Empty></Card>;
  if (!data || !shop) return <Skeleton lines={8} />;
  const wanted = q.trim().toLowerCase();
  const shown = data.products.filter((one) => !wanted || `${one.name} ${one.variants.map(({ sku }) => sku).join(" ")}`.toLowerCase().includes(wanted));
  const closed = () => (setOpen(null), setSection(null), setPrices(false), reload());
  return (
    <>
      <Card
        title={c("catalogue")}
        tools={<><Link to="/shop/profile">{c("profile")}</Link><Link to="/shop/extras">{c("extras")}</Link><Link to="/shop/coupons">{c("coupons")}</Link><Link to="/shop/reviews">{c("reviews")}</Link><Button onClick={() => setSection("new")}>{c("section.new")}</Button><Button kind="primary" onClick={() => setOpen({ product: null })}>{c("product.new")}</Button></>}
      >
        <div className="catalogue-tools">
          <Field label={c("search")} type="search" maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
          <Button disabled={!data.products.length} onClick={() => setPrices(true)}>{c("prices")}</Button>
          <CsvTools onDone={reload} />
        </div>
        {data.products.length === 0 && <Empty title={c("none")} />}
      </Card>
      {[...data.sections, null].map((one) => {
        const products = shown.filter(({ sectionId }) => sectionId === (one?.id ?? null));
        if (!products.length && (!one || wanted)) return null;
        return (
          <Card key={one?.id ?? ""} title={one?.name ?? c("section.none")} tools={one && <><Button kind="quiet" onClick={() => setSection(one)}>{c("edit")}</Button><Button onClick={() => setOpen({ product: null, sectionId: one.id })}>{c("product.new")}</Button></>}>
            <ul className="catalogue">{products.map((product) => <Row key={product.id} product={product} onOpen={() => setOpen({ product })} onChanged={reload} />)}</ul>
          </Card>
        );
      })}
      {open && <ProductDialog {...open} shop={shop} contents={data} onClose={() => setOpen(null)} onDone={closed} />}
      {section && <SectionDialog section={section === "new" ? null : section} onClose={() => setSection(null)} onDone={closed} />}
      {prices && <PricesDialog contents={data} currency={shop.currency} onClose={() => setPrices(false)} onDone={closed} />}
    </>
  );
}

function Row({ product, onOpen, onChanged }: { product: Product; onOpen: () => void; onChanged: () => void }): ReactNode {
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const { busy, run } = useAction();
  const there = product.available && !(product.soldOutUntil && Date.parse(product.soldOutUntil) > Date.now());
  const prices = product.variants.map(({ price }) => price);
  const stock = product.variants.filter((one) => one.stock !== null);
  const flip = (available: boolean) => void run(() => client.setAvailability(product.id, { available })).then(onChanged);
  return (
    <li className={there && product.active ? undefined : "off"}>
      <button type="button" className="catalogue-name" onClick={onOpen}>
        <Photo src={product.media[0]?.url} />
        <strong>{product.name}</strong>
        <span className="badges">
          {!product.active && <Badge>{c("inactive")}</Badge>}
          {product.variants.length > 1 && <small className="muted">{c("variants.count", { count: product.variants.length })}</small>}
          {stock.length > 0 && <Badge tone={stock.some((one) => one.stock! <= 5) ? "amber" : "grey"}>{c("stock.count", { count: stock.reduce((sum, one) => sum + one.stock!, 0) })}</Badge>}
        </span>
      </button>
      <Money amount={Math.min(...prices)} currency={product.currency} />
      <Switch label={c(there ? "available" : "sold_out")} on={there} busy={busy} onChange={flip} />
    </li>
  );
}
