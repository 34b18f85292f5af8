/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 asks. */
export const uriEncode = (text: string): string =>
  /^[A-Za-z0-9\-._~]*$/.test(text)
    ? text
    : encodeURIComponent(text).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      );

export const uriEncodePath = (path: string): string =>
  /^[A-Za-z0-9\-._~/]*$/.test(path) ? path : path.split("/").map(uriEncode).join("/");
