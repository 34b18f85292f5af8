const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Records as comma-separated values with a header of every name that any of them has. RFC 4180. */
export const csvOf = (records: readonly Readonly<Record<string, string>>[]): string => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = [names, ...records.map((record) => names.map((name) => record[name] ?? ""))];
  return names.length === 0 ? "" : rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
};
