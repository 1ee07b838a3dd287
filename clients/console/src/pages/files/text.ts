// The texts of this part. They load with it, so that the first load stays small.
import { useMemo } from "react";
import { MetaiaError } from "@metaia/client";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/files/en.json";
import hi from "../../text/files/hi.json";

const TEXTS = { en, hi };
export type FileKey = keyof typeof en;

export interface FileTexts {
  f(key: FileKey, values?: Record<string, string | number>): string;
  /** Why a file was refused or could not be sent, in words; `details` are those of the error. */
  why(code: string, details?: Record<string, unknown>, message?: string): string;
  problem(error: unknown): string;
  /** Bytes, in the unit that suits. */
  bytes(count: number): string;
}

export function useFileText(): FileTexts {
  const { language } = useText();
  const f = usePartText<FileKey>(TEXTS);
  return useMemo(() => {
    const number = (value: number, unit: string) =>
      new Intl.NumberFormat(language === "hi" ? "hi-IN" : "en-IN", { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
    const bytes = (count: number) => {
      const [unit, size] = count < 1024 ? ["byte", 1] as const : count < 1024 ** 2 ? ["kilobyte", 1024] as const : count < 1024 ** 3 ? ["megabyte", 1024 ** 2] as const : ["gigabyte", 1024 ** 3] as const;
      return number(count / size, unit);
    };
    const why = (code: string, details: Record<string, unknown> = {}, message = "") => {
      const limit = typeof details["limit"] === "number" ? bytes(details["limit"]) : "";
      const key = `why.${code}` as FileKey;
      return key in en ? f(key, { found: String(details["found"] ?? ""), limit }) : message || code.replaceAll("_", " ");
    };
    const problem = (error: unknown) => (error instanceof MetaiaError ? why(error.code, error.details, error.message) : why("network"));
    return { f, why, problem, bytes };
  }, [language, f]);
}
