import { NormalizedSchema } from "@smithy/core/schema";

/** The traits of a schema that decide how it is written on the wire. https://smithy.io/2.0/spec/index.html */
interface Traits {
  readonly sensitive?: unknown;
  readonly sparse?: unknown;
  readonly idempotencyToken?: unknown;
  readonly httpLabel?: unknown;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  readonly httpQueryParams?: unknown;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: unknown;
  readonly httpResponseCode?: unknown;
  readonly streaming?: unknown;
  readonly mediaType?: string;
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlAttribute?: unknown;
  readonly xmlFlattened?: unknown;
  readonly xmlNamespace?: readonly [string, string];
  readonly ec2QueryName?: string;
}

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  readonly union: boolean;
  readonly traits: Traits;
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
}

export type Shape =
  | StructureShape
  | { readonly kind: "list"; readonly member: Member; readonly sparse: boolean }
  | { readonly kind: "map"; readonly key: Member; readonly value: Member; readonly sparse: boolean }
  /** Without a format the protocol's own default holds. */
  | { readonly kind: "timestamp"; readonly format: TimestampFormat | undefined }
  | {
      readonly kind:
        | "string"
        | "boolean"
        | "number"
        | "bigInteger"
        | "bigDecimal"
        | "blob"
        | "streamingBlob"
        | "document";
    };

/** A member of a structure, an element of a list, or the key or value of a map. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  /** The member's own traits; those of its target are in `targetTraits`. */
  readonly traits: Traits;
  readonly targetTraits: Traits;
  readonly sensitive: boolean;
  readonly required: boolean;
  /** The values that the SDK lists for this member's enumeration. */
  readonly enumeration: readonly string[] | undefined;
}

/** The enumeration's values of a structure's member, where the SDK names one. */
export type Enumerations = (structure: string, member: string) => readonly string[] | undefined;

const scalar = (schema: unknown): Shape => {
  switch (schema) {
    case 0:
      return { kind: "string" };
    case 1:
      return { kind: "number" };
    case 2:
      return { kind: "boolean" };
    case 4:
      return { kind: "timestamp", format: undefined };
    case 5:
      return { kind: "timestamp", format: "date-time" };
    case 6:
      return { kind: "timestamp", format: "http-date" };
    case 7:
      return { kind: "timestamp", format: "epoch-seconds" };
    case 15:
      return { kind: "document" };
    case 17:
      return { kind: "bigInteger" };
    case 19:
      return { kind: "bigDecimal" };
    case 21:
      return { kind: "blob" };
    case 42:
      return { kind: "streamingBlob" };
    default:
      throw new TypeError(`The SDK's schema has a type that is not known here: ${String(schema)}`);
  }
};

/** Turns the SDK's schemas into shapes that codecs walk; each is made once, members when first looked at. */
export class ShapeBuilder {
  readonly #structures = new Map<unknown, StructureShape>();
  readonly #enumerations: Enumerations;

  constructor(enumerations: Enumerations) {
    this.#enumerations = enumerations;
  }

  /** Undefined for the unit type, which has no members at all. */
  structure(reference: Parameters<typeof NormalizedSchema.of>[0]): StructureShape | undefined {
    const schema = NormalizedSchema.of(reference);
    if (schema.isUnitSchema()) return undefined;
    const shape = this.#shape(schema);
    if (shape.kind !== "structure") throw new TypeError(`Not a structure: ${schema.getName()}`);
    return shape;
  }

  #shape(schema: NormalizedSchema): Shape {
    if (schema.isStructSchema()) return this.#structure(schema);
    if (schema.isListSchema()) {
      const sparse = schema.getMergedTraits().sparse !== undefined;
      return { kind: "list", member: this.#member("member", schema.getValueSchema()), sparse };
    }
    if (schema.isMapSchema()) {
      const sparse = schema.getMergedTraits().sparse !== undefined;
      const key = this.#member("key", schema.getKeySchema());
      return { kind: "map", key, value: this.#member("value", schema.getValueSchema()), sparse };
    }
    return scalar(schema.getSchema());
  }

  #structure(schema: NormalizedSchema): StructureShape {
    const raw = schema.getSchema();
    const known = this.#structures.get(raw);
    if (known !== undefined) return known;
    const required: unknown = Array.isArray(raw) ? raw[6] : undefined;
    const requiredCount = typeof required === "number" ? required : 0;
    const name = schema.getName() ?? "";
    const members: Member[] = [];
    const byName = new Map<string, Member>();
    const shape: StructureShape = {
      kind: "structure",
      name,
      union: schema.isUnionSchema(),
      traits: schema.getOwnTraits(),
      members,
      byName,
    };
    this.#structures.set(raw, shape);
    for (const [memberName, memberSchema] of schema.structIterator()) {
      const enumeration = this.#enumerations(name, memberName);
      const member = this.#member(memberName, memberSchema, members.length < requiredCount, enumeration);
      members.push(member);
      byName.set(memberName, member);
    }
    return shape;
  }

  #member(name: string, schema: NormalizedSchema, required = false, enumeration?: readonly string[]): Member {
    const traits: Traits = schema.getMemberTraits();
    const targetTraits: Traits = schema.getOwnTraits();
    const build = () => this.#shape(schema);
    let shape: Shape | undefined;
    return {
      name,
      get shape() {
        shape ??= build();
        return shape;
      },
      traits,
      targetTraits,
      sensitive: traits.sensitive !== undefined || targetTraits.sensitive !== undefined,
      required,
      enumeration,
    };
  }
}
