// Voicemail boxes in a configuration file: whose they are and what fits in, without PINs, greetings and
// messages. A box that is known keeps all three; a new one may bring its PIN.
import { boxSettingsOf, boxStateView } from '@rufwerk/api/boxes'
import { VoicemailSection } from '@rufwerk/contract/configuration'
import { fail, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'
import {
  BOXES_PER_TENANT_MAX,
  type Box,
  type BoxId,
  type BoxSettings,
  checkBox,
  checkPin,
  type VoicemailBook,
} from '@rufwerk/messaging'
import { byId, type Entry, prepareAll, readSection } from './entries.ts'
import type { ConfigProblem, ConfigSection, ImportDraft } from './section.ts'

type Book = Pick<VoicemailBook, 'boxes' | 'box' | 'add' | 'change' | 'remove' | 'fillingOf'>
type Given = ReturnType<typeof VoicemailSection.parse>[number]
type Pin = NonNullable<Parameters<Book['add']>[3]>

interface Wanted {
  readonly id: string
  readonly settings: BoxSettings
  readonly pin: Pin | undefined
}

export function voicemailSection(book: Book): ConfigSection {
  return {
    name: 'voicemail',
    async export(tenant) {
      const boxes = byId(book.boxes(tenant), idOf)
      return boxes.length === 0 ? undefined : boxes.map((box) => viewOf(book, tenant, box))
    },
    async prepare(draft, value) {
      const read = readSection(VoicemailSection.safeParse(value))
      if (!read.ok) return read
      const { tenant } = draft.actor
      const about = { idOf, known: book.boxes(tenant).map(idOf), max: BOXES_PER_TENANT_MAX }
      return prepareAll(read.value, about, (given) => {
        const before = book.box(tenant, given.id)
        const wanted = wantedOf(given, before, draft)
        return wanted.ok ? ok(entryOf(book, tenant, before, wanted.value)) : wanted
      })
    },
  }
}

function wantedOf(given: Given, before: Box | undefined, draft: ImportDraft): Result<Wanted, ConfigProblem> {
  const { id, pin: secret, hasPin: _, ...rest } = given
  const { byPerson } = draft.directory
  const wrong = (path: string, why: string) => fail({ path, sentence: `The box ${id} cannot be so: ${why}.` })
  const settings = boxSettingsOf(rest, draft)
  if (!settings.ok) return wrong('owners', 'an owner is nobody here')
  const { kind, owners } = settings.value
  if (kind === 'personal' ? owners[0] !== id : byPerson.has(id as PersonId))
    return wrong('id', 'a personal box has the id of its owner, and no other box that of a person')
  if (before !== undefined && before.kind !== kind) return wrong('kind', 'it is of another kind here')
  const extensions = owners.flatMap((owner) => byPerson.get(owner)?.extension ?? [])
  const pin = before === undefined && secret !== undefined ? { pin: secret, extensions } : undefined
  const hasPin = before?.hasPin ?? pin !== undefined
  const checked = checkBox({ ...settings.value, id: id as BoxId, hasPin, greetings: before?.greetings ?? {} })
  if (!checked.ok) return wrong('', checked.error)
  const good = pin && checkPin(pin.pin, extensions)
  if (good && !good.ok) return wrong('pin', good.error)
  return ok({ id, settings: settings.value, pin })
}

function entryOf(
  book: Book,
  tenant: TenantId,
  before: Box | undefined,
  { id, settings, pin }: Wanted,
): Entry {
  const after: Box = {
    ...settings,
    ...{ id: id as BoxId, hasPin: before?.hasPin ?? pin !== undefined, greetings: before?.greetings ?? {} },
  }
  return {
    id,
    before: before && viewOf(book, tenant, before),
    after: viewOf(book, tenant, after),
    put: async () =>
      (before === undefined
        ? await book.add(tenant, id, settings, pin)
        : await book.change(tenant, id, settings)
      ).ok,
    takeBack: async () =>
      (before === undefined ? await book.remove(tenant, id) : await book.change(tenant, id, before)).ok,
  }
}

function viewOf(book: Book, tenant: TenantId, box: Box): object {
  const { messages: _, ...view } = boxStateView(book, tenant, box)
  return view
}

function idOf({ id }: { readonly id: string }): string {
  return id
}
