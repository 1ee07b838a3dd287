// A table of rows that come in pages, with what stands there while it loads, fails or is empty.
import type { Paged } from "@metaia/client/finance/react";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table, type Column } from "../../ui/table.js";
import { useMoneyText } from "./text.js";

export function Pages<Row>({ list, none, ...table }: {
  list: Paged<Row>;
  none: string;
  caption: string;
  keyOf: (row: Row) => string;
  columns: readonly Column<Row>[];
  name?: (row: Row) => string;
  onOpen?: (row: Row) => void;
}): ReactNode {
  const { t } = useText();
  const { m } = useMoneyText();
  if (list.error && !list.data) return <Empty title={m("failed")}><Button onClick={list.reload}>{t("list.again")}</Button></Empty>;
  if (!list.data) return <Skeleton lines={4} />;
  if (list.data.length === 0) return <Empty title={none} />;
  return (
    <div aria-busy={list.busy}>
      <Table rows={list.data} {...table} />
      {list.hasMore && <div className="list-more"><Button busy={list.busy} onClick={list.more}>{t("list.more")}</Button></div>}
    </div>
  );
}

/** Buttons of which one is pressed. */
export function Chips<T extends string>({ label, options, value, onChange }: {
  label: string;
  options: readonly (readonly [value: T, text: string])[];
  value: T;
  onChange: (value: T) => void;
}): ReactNode {
  return (
    <div className="chips" role="group" aria-label={label}>
      {options.map(([one, text]) => <button key={one} type="button" className="chip" aria-pressed={value === one} onClick={() => onChange(one)}>{text}</button>)}
    </div>
  );
}
