export { PatternError } from "./parse.ts";
export { RegularExpression } from "./regular-expression.ts";
