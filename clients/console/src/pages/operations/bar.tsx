// Above a list in which rows are chosen: how many there are, and the button of the dialog.
import type { Kind } from "@metaia/client/operations";
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { BulkDialog } from "./dialog.js";
import type { ListFilter } from "./filter.js";
import { useOperationText } from "./text.js";

export function Bar({ kind, ids, filter }: { kind: Kind; ids: readonly string[]; filter: ListFilter }): ReactNode {
  const o = useOperationText();
  const [open, setOpen] = useState(false);
  const isFiltered = Object.values(filter).some(Boolean);
  const scope = ids.length ? o("scope.ids", { count: ids.length }) : o(isFiltered ? "scope.filter" : `scope.all.${kind}`);
  return (
    <div className="actions" role="group" aria-label={o("operation")}>
      <span aria-live="polite">{scope}</span>
      <Button kind="primary" onClick={() => setOpen(true)}>{o("begin")}</Button>
      {open && <BulkDialog kind={kind} ids={ids} filter={filter} scope={scope} onClose={() => setOpen(false)} />}
    </div>
  );
}
