export { canonicalDomainName, canonicalLabel, isWithin, parentName, reversedName } from "./domain-name.ts";
export { parseRecordData, type RecordData } from "./record-data.ts";
export { type AnswerRecord, answerFromZones, type ZoneAnswer } from "./resolve.ts";
export { Zone } from "./zone.ts";
