// Calls as one person sees them on the wire: names are looked up now, ids of other tenants never appear.
import type { Directory } from '@rufwerk/accounts'
import type { CallEvent, CallView, Cdr, Forwarding } from '@rufwerk/calls'
import type { CallRecord, CallStep, Party, CallView as WireView } from '@rufwerk/contract'
import type { PersonId } from '@rufwerk/core'

type WireForwarding = NonNullable<CallRecord['forwardings']>[number]

/** Whether a person made, was meant by, or answered a call. */
export function hasPartIn(cdr: Cdr, person: PersonId): boolean {
  const { answeredBy } = cdr
  return (
    isFrom(cdr, person) ||
    cdr.to === person ||
    (answeredBy?.kind === 'person' && answeredBy.person === person)
  )
}

/** Whether a person made a call. */
export function isFrom({ from }: Pick<Cdr | CallView, 'from'>, person: PersonId): boolean {
  return from.kind === 'inside' && from.person === person
}

export function recordView(cdr: Cdr, person: PersonId, directory: Directory): CallRecord {
  const { answeredBy } = cdr
  return {
    id: cdr.call,
    direction: isFrom(cdr, person) ? 'outgoing' : 'incoming',
    from: callerOf(cdr),
    dialled: cdr.dialled,
    ...(cdr.to !== undefined && { to: partyOf(cdr.to, cdr.dialled, directory) }),
    startedAt: cdr.startedAt,
    ...(cdr.ringingAt !== undefined && { ringingAt: cdr.ringingAt }),
    ...(cdr.answeredAt !== undefined && { answeredAt: cdr.answeredAt }),
    endedAt: cdr.endedAt,
    ...(answeredBy !== undefined && { answeredBy: answererOf(answeredBy, directory) }),
    endedBy: cdr.endedBy,
    cause: cdr.cause,
    status: cdr.status,
    why: { rule: cdr.why.rule, values: { ...cdr.why.values } },
    ...(cdr.forwardings && { forwardings: cdr.forwardings.map((one) => forwardingView(one, directory)) }),
    ...(cdr.transferredTo !== undefined && { transferredTo: cdr.transferredTo }),
    ...(cdr.transferredFrom !== undefined && { transferredFrom: cdr.transferredFrom }),
  }
}

export function stepView(event: CallEvent): CallStep {
  return {
    at: event.at,
    type: event.type,
    ...(event.leg !== undefined && { leg: event.leg }),
    ...(event.why !== undefined && { why: { rule: event.why.rule, values: { ...event.why.values } } }),
    ...(event.detail !== undefined && { detail: { ...event.detail } }),
  }
}

/** A call that lasts. `mayRecord`: this person may have it recorded. */
export function liveView(
  view: CallView,
  person: PersonId,
  directory: Directory | undefined,
  mayRecord: boolean,
): WireView {
  return {
    call: view.call,
    state: view.state,
    direction: isFrom(view, person) ? 'outgoing' : 'incoming',
    from: callerOf(view),
    dialled: view.dialled,
    ...(view.to !== undefined && { to: partyOf(view.to, view.dialled, directory) }),
    ...(view.answeredAt !== undefined && { answeredAt: view.answeredAt }),
    why: { rule: view.why.rule, values: { ...view.why.values } },
    ...(view.cause !== undefined && { cause: view.cause }),
    ...(view.heldBy !== undefined && { heldBy: view.heldBy }),
    ...(view.recording !== undefined && { recording: view.recording }),
    ...(mayRecord && { mayRecord }),
  }
}

/** An outside caller is known by number, or is `anonymous`. */
function callerOf({ from }: Pick<Cdr | CallView, 'from'>): Party {
  if (from.kind === 'inside') return { person: from.person, extension: from.extension, name: from.name }
  return { extension: from.number ?? 'anonymous', name: from.name ?? '' }
}

function forwardingView({ by, why }: Forwarding, directory: Directory): WireForwarding {
  if (by.kind === 'person') return { by: partyOf(by.person, '', directory), why }
  return { by: { extension: by.number ?? 'anonymous', name: '' }, why }
}

function answererOf(
  answeredBy: NonNullable<Cdr['answeredBy']>,
  directory: Directory,
): NonNullable<CallRecord['answeredBy']> {
  switch (answeredBy.kind) {
    case 'system':
      return { kind: 'system', name: answeredBy.name }
    case 'outside':
      return { kind: 'outside', number: answeredBy.number }
    case 'person': {
      const { person } = answeredBy
      return { kind: 'person', person, name: directory.byPerson.get(person)?.name ?? '' }
    }
  }
}

function partyOf(person: PersonId, dialled: string, directory: Directory | undefined): Party {
  const known = directory?.byPerson.get(person)
  return { person, extension: known?.extension ?? dialled, name: known?.name ?? '' }
}
