import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";

interface Labelled {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

function Frame({ id, label, hint, error, children }: Labelled & { id: string; children: ReactNode }): ReactNode {
  return (
    <div className={error ? "field wrong" : "field"}>
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {error && <small id={`${id}-error`} role="alert">{error}</small>}
    </div>
  );
}

function described(id: string, { hint, error }: Labelled): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

export function Field({ label, hint, error, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input {...rest} id={id} aria-invalid={!!error} aria-describedby={described(id, { label, hint, error })} />
    </Frame>
  );
}

export function Select({ label, hint, error, options, ...rest }: Labelled & SelectHTMLAttributes<HTMLSelectElement> & {
  options: readonly (readonly [value: string, text: string])[];
}): ReactNode {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select {...rest} id={id} aria-invalid={!!error} aria-describedby={described(id, { label, hint, error })}>
        {options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </Frame>
  );
}

/** Return a time of the browser's zone as inputs of the type `datetime-local` have it; the first ten letters are its day. */
export function localTime(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
