/** A JSON schema (draft 7), as far as Vega-Lite's goes. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/**
 * What is wrong with a value, as lines of path and reason; none where it is as the schema says. Of alternatives that all fail, the one that
 * goes well the furthest into the value is told.
 * @throws Error for a keyword that is not known here: it would not be checked.
 */
export function schemaErrors(
  value: unknown,
  schema: JsonSchema,
  root: { readonly [keyword: string]: unknown },
  path = '$',
): string[] {
  if (typeof schema === 'boolean') return schema ? [] : [`${path}: nothing is allowed here`];
  const errors: string[] = [];
  const check = (isGood: boolean, reason: string) => {
    if (!isGood) errors.push(`${path}: ${reason}`);
  };
  for (const [keyword, rule] of Object.entries(schema)) {
    switch (keyword) {
      case '$ref': {
        const name = decodeURIComponent(String(rule).replace('#/definitions/', ''));
        const definition = (root.definitions as Record<string, JsonSchema>)[name];
        if (definition === undefined) throw new Error(`There is no definition ${name}.`);
        errors.push(...schemaErrors(value, definition, root, path));
        break;
      }
      case 'anyOf': {
        const results = (rule as JsonSchema[]).map((each) => schemaErrors(value, each, root, path));
        errors.push(...results.reduce((a, b) => (depthOf(b) > depthOf(a) ? b : a)));
        break;
      }
      case 'not':
        check(schemaErrors(value, rule as JsonSchema, root, path).length > 0, 'is not allowed');
        break;
      case 'type':
        check(
          [rule].flat().includes(typeOf(value)) ||
            (typeOf(value) === 'integer' && [rule].flat().includes('number')),
          `is ${typeOf(value)}, not ${String(rule)}`,
        );
        break;
      case 'const':
        check(value === rule, `is not ${JSON.stringify(rule)}`);
        break;
      case 'enum':
        check(
          (rule as unknown[]).includes(value),
          `is ${JSON.stringify(value)}, not one of ${JSON.stringify(rule)}`,
        );
        break;
      case 'minimum':
        check(typeof value !== 'number' || value >= (rule as number), `is below ${String(rule)}`);
        break;
      case 'maximum':
        check(typeof value !== 'number' || value <= (rule as number), `is above ${String(rule)}`);
        break;
      case 'minItems':
        check(!Array.isArray(value) || value.length >= (rule as number), 'has too few items');
        break;
      case 'maxItems':
        check(!Array.isArray(value) || value.length <= (rule as number), 'has too many items');
        break;
      case 'items':
        if (!Array.isArray(value)) break;
        for (const [k, item] of value.entries()) {
          const of = Array.isArray(rule)
            ? (rule[k] as JsonSchema | undefined)
            : (rule as JsonSchema);
          if (of !== undefined) errors.push(...schemaErrors(item, of, root, `${path}[${k}]`));
        }
        break;
      case 'minProperties':
        check(
          typeOf(value) !== 'object' || Object.keys(value as object).length >= (rule as number),
          'has too few properties',
        );
        break;
      case 'required':
        if (typeOf(value) !== 'object') break;
        for (const name of rule as string[])
          check(Object.hasOwn(value as object, name), `lacks ${name}`);
        break;
      case 'properties':
      case 'additionalProperties':
        break;
      case 'description':
      case 'format':
      case '$schema':
      case 'definitions':
        break;
      default:
        throw new Error(`The keyword ${keyword} is not known.`);
    }
  }
  if (typeOf(value) === 'object') {
    const known = (schema.properties ?? {}) as Record<string, JsonSchema>;
    const others = (schema.additionalProperties ?? true) as JsonSchema;
    for (const [name, item] of Object.entries(value as object)) {
      const of = Object.hasOwn(known, name) ? known[name]! : others;
      errors.push(...schemaErrors(item, of, root, `${path}.${name}`));
    }
  }
  return errors;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** How deep in the value the shallowest complaint is; Infinity where there is none. */
function depthOf(errors: readonly string[]): number {
  return Math.min(...errors.map((error) => error.split(':')[0]!.split(/[.[]/).length), 1e9);
}
