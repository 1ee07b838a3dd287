import type { ReactNode } from "react";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand on the right. */
  right?: boolean;
}

/** A table; on a narrow screen each row is a card whose cells carry the titles of their columns. */
export function Table<Row>({ rows, columns, name, keyOf, onOpen, caption }: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** What a row is called by screen readers when it can be opened. */
  name?: (row: Row) => string;
  keyOf: (row: Row) => string;
  onOpen?: (row: Row) => void;
  caption: string;
}): ReactNode {
  return (
    <div className="table-frame">
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>{columns.map((one) => <th key={one.title} scope="col" className={one.right ? "right" : undefined}>{one.title}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={onOpen ? "opens" : undefined}
              tabIndex={onOpen ? 0 : undefined}
              aria-label={onOpen && name ? name(row) : undefined}
              onClick={onOpen && (() => onOpen(row))}
              onKeyDown={onOpen && ((event) => event.key === "Enter" && onOpen(row))}
            >
              {columns.map((one) => (
                <td key={one.title} data-title={one.title} className={one.right ? "right" : undefined}>{one.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
