// Extensions and codes: each once, none that hides an emergency number.
import type { RoutingConfig } from '../config.ts'
import type { DialPlan } from '../dial-plan.ts'
import { emergencyCode } from '../numbers/number.ts'
import type { ConfigError, ConfigErrorCode } from './check-config.ts'

export interface Keyed {
  readonly key: string
  readonly path: string
}

/** An error for each entry whose key an earlier one has. */
export function duplicates(entries: readonly Keyed[], code: ConfigErrorCode): ConfigError[] {
  const first = new Map<string, string>()
  return entries.flatMap(({ key, path }): ConfigError[] => {
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, path)
    return earlier === undefined ? [] : [{ path, code, values: { value: key, earlier } }]
  })
}

export function extensionErrors(config: RoutingConfig, plan: DialPlan): ConfigError[] {
  const own = ownExtensions(plan)
  const people = [...config.byExtension.keys()].map((key) => ({ key, path: `people(${key})` }))
  const places = [{ country: config.country }, ...plan.sites]
  const codes = plan.codes.map(({ code }, at) => ({ key: code, path: `codes[${at}].code` }))
  return [
    ...duplicates([...people, ...own], 'duplicate-extension'),
    ...[...people, ...own].flatMap(({ key, path }): ConfigError[] =>
      places.some((place) => emergencyCode(key, place))
        ? [{ path, code: 'emergency-number', values: { extension: key } }]
        : [],
    ),
    ...own.flatMap(({ key, path }): ConfigError[] =>
      /^[0-9]{1,8}$/.test(key) ? [] : [{ path, code: 'not-an-extension', values: { extension: key } }],
    ),
    ...duplicates(codes, 'duplicate-code'),
    ...codes.flatMap(({ key, path }): ConfigError[] =>
      /^[*#][0-9*#]{1,7}$/.test(key) ? [] : [{ path, code: 'not-a-code', values: { code: key } }],
    ),
  ]
}

function ownExtensions(plan: DialPlan): Keyed[] {
  const named = (list: string, entries: readonly { readonly extension?: string }[]): Keyed[] =>
    entries.flatMap(({ extension }, at) =>
      extension === undefined ? [] : [{ key: extension, path: `${list}[${at}].extension` }],
    )
  return [
    ...named('flows', plan.flows),
    ...named('services', plan.services),
    ...plan.services.flatMap(({ slots = [] }, at) =>
      slots.map((slot, place) => ({ key: slot, path: `services[${at}].slots[${place}]` })),
    ),
    ...named('speedDial', plan.speedDial),
  ]
}
