// Settings for the tests, and readers of the makers' formats that share nothing with the writers.
import type { PhoneSettings } from '../src/settings.ts'

export const PASSWORD = 'abcdefghijkmnpqrstuvwxyz23'

export function settingsWith(changes: Partial<PhoneSettings> = {}): PhoneSettings {
  return {
    account: { sipName: '101', password: PASSWORD, realm: 'tenant-1', name: 'Anna Groß', extension: '101' },
    server: { host: '192.0.2.1', port: 5061, transport: 'tls' },
    srtp: 'required',
    language: 'de',
    country: 'de',
    authority: { url: 'https://192.0.2.1:8443/rufwerk-ca.crt', pem: PEM },
    lamps: [
      { extension: '102', name: 'Jan Thal' },
      { extension: '103', name: 'Empfang' },
    ],
    codes: { pickUp: '**', pickUpGroup: '*8', voicemail: '*97', park: '*70' },
    ...changes,
  }
}

export const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\nAAA=\n-----END CERTIFICATE-----\n'

/** The lines of a Yealink file by name; throws where a name comes twice or a line is none. */
export function readYealink(text: string): ReadonlyMap<string, string> {
  const [head, ...lines] = text.split('\n')
  if (head !== '#!version:1.0.0.1' || lines.pop() !== '') throw new Error('no file of Yealink')
  const values = new Map<string, string>()
  for (const line of lines) {
    const read = /^([a-z0-9_.]+) = (.*)$/u.exec(line)
    if (read?.[1] === undefined || values.has(read[1])) throw new Error(`no line of Yealink: ${line}`)
    values.set(read[1], read[2] ?? '')
  }
  return values
}

export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

/** Elements, attributes in double quotes and text of well-formed XML 1.0; throws at anything else. */
export function readXml(text: string): Element {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const open: Element[] = [root]
  const body = text.replace(/^<\?xml version="1\.0" encoding="utf-8"\?>\n/i, '')
  let at = 0
  while (at < body.length) {
    const here = open.at(-1)
    if (here === undefined) throw new Error('more is closed than was opened')
    const tag = /^<(\/?)([A-Za-z][\w-]*)((?: [\w-]+="[^"<]*")*)>/.exec(body.slice(at))
    if (tag?.[1] === '/') {
      if (open.pop()?.name !== tag[2]) throw new Error(`${tag[2]} closes another`)
    } else if (tag) {
      const attributes = new Map<string, string>()
      for (const [, name = '', value = ''] of (tag[3] ?? '').matchAll(/ ([\w-]+)="([^"]*)"/g))
        attributes.set(name, readText(value))
      const element: Element = { name: tag[2] ?? '', attributes, children: [], text: '' }
      here.children.push(element)
      open.push(element)
    }
    const run = tag?.[0] ?? /^[^<]+/.exec(body.slice(at))?.[0]
    if (run === undefined) throw new Error(`no element: ${body.slice(at, at + 30)}`)
    if (!tag) here.text += readText(run)
    at += run.length
  }
  const [document] = root.children
  if (open.length !== 1 || document === undefined || root.children.length !== 1)
    throw new Error('not one document')
  return document
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

function readText(text: string): string {
  // XML 1.0 §2.2: what is no character may not stand there at all.
  if (/[\p{Cc}--[\t\n\r]]|[\ufffe\uffff]|\p{Cs}/v.test(text)) throw new Error('no character of XML')
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    const character = NAMED[name]
    if (character === undefined) throw new Error(`no entity: ${name}`)
    return character
  })
}

/** The child of this name, the given one of them. */
export function childOf(element: Element, name: string, which = 0): Element {
  const child = element.children.filter((each) => each.name === name)[which]
  if (child === undefined) throw new Error(`no ${name}`)
  return child
}
