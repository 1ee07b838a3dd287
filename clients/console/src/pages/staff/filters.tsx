// The row of filters above a list.
import { useEffect, useState, type ReactNode } from "react";

export function Filters({ children }: { children: ReactNode }): ReactNode {
  return <div className="filters" role="search">{children}</div>;
}

/** A text to search for, reported when the user has stopped typing. */
export function Search({ label, value, onChange, max = 100 }: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  max?: number;
}): ReactNode {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed.trim() !== value) setTyped(value); // a space at the end stays
  }, [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), 300);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      className="filter"
      aria-label={label}
      placeholder={label}
      maxLength={max}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

export function Choose({ label, value, onChange, options, all }: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [value: string, text: string])[];
  /** The text of "no filter"; without it one option is always chosen. */
  all?: string;
}): ReactNode {
  return (
    <select className="filter" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {all !== undefined && <option value="">{all}</option>}
      {options.map(([one, text]) => <option key={one} value={one}>{text}</option>)}
    </select>
  );
}

/** Return a UUID if `text` is one, else undefined: the API takes nothing else. */
export function uuid(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined;
}
