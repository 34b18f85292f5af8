/**
 * The text of an AWS configuration file with one section replaced or added and all else as it was.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export const replaceSection = (text: string, section: string, values: Readonly<Record<string, string>>): string => {
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const header = /^\s*\[\s*(.*?)\s*\]/.exec(line);
    if (header) inside = header[1] === section;
    if (!inside) kept.push(line);
  }
  const before = kept.join("\n").trimEnd();
  const written = [`[${section}]`, ...Object.entries(values).map(([name, value]) => `${name} = ${value}`)].join("\n");
  return `${before === "" ? "" : `${before}\n\n`}${written}\n`;
};
