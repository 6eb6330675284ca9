// Cases of the company: what people report, and what admins do about it. The machine of @rufwerk/cases runs
// in the thread of the defence; here are names for ids, and the clock that tells what is late.
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { CaseProblem, CasesPort } from '@rufwerk/api/cases'
import type { ActInput, Case, CasesInput, CasesRefusal } from '@rufwerk/cases'
import type {
  CaseAct,
  CaseDetail,
  CaseList,
  SuspicionReceived,
  SuspicionReport,
} from '@rufwerk/contract/cases'
import {
  fail,
  type Log,
  ok,
  type PersonId,
  type Result,
  randomId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type { Defence } from '@rufwerk/defence'
import { OutsideDesk } from './outside-desk.ts'
import type { Answered } from './tell-answer.ts'
import { WarningsDesk } from './warnings-desk.ts'

export interface CasesDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly accounts: Accounts
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  /** Who reported it gets the answer. */
  readonly tell: (answered: Answered) => void
  readonly log: Log
}

const PROBLEM_OF: Readonly<Record<CasesRefusal, CaseProblem>> = {
  malformed: 'nothing-said',
  'unknown-case': 'unknown-case',
  'id-taken': 'failed',
  full: 'full',
  'no-person': 'same-person',
  reporter: 'reporter',
  'same-person': 'same-person',
  'no-evidence': 'no-evidence',
  'not-proposed': 'not-proposed',
  closed: 'closed',
  answered: 'answered',
}
/** Cases of one answer. */
const LISTED_MAX = 200
/** What a report says until a person rates it: BSI's "watched more closely". */
const FIRST_LEVEL = 2

type Answer<Value> = Promise<Result<Value, CaseProblem>>

export class CasesDesk implements CasesPort {
  readonly outside: OutsideDesk
  readonly warnings: WarningsDesk
  readonly #parts: CasesDeskParts

  constructor(parts: CasesDeskParts) {
    this.#parts = parts
    this.outside = new OutsideDesk(parts)
    this.warnings = new WarningsDesk(parts)
  }

  async report({ tenant, person }: Actor, report: SuspicionReport): Answer<SuspicionReceived> {
    const { fileName, product, version, words } = report
    const receipt = this.#newId()
    const stepped = await this.#step(tenant, {
      ...{ type: 'intake', id: this.#newId(), receipt, at: this.#parts.wallTime() },
      origin: { kind: 'person', person },
      report: {
        ...{ hashes: [...new Set(report.hashes.map((hash) => hash.toLowerCase()))], words },
        ...(fileName !== undefined && { fileName }),
        ...(product !== undefined && { product }),
        ...(version !== undefined && { version }),
      },
      ...{ ownReleases: [], level: FIRST_LEVEL },
    })
    if (!stepped.ok) return stepped
    const received = stepped.value.find((one) => one.type === 'received')
    return received ? ok({ receipt, how: received.how }) : fail('failed')
  }

  async list(tenant: TenantId): Answer<CaseList> {
    const answer = await this.#parts.defence.ask('caseList', { tenant, limit: LISTED_MAX })
    if (!answer.ok) return answer
    const { figures, cases } = answer.value
    return ok({ ...figures, cases: cases.map((one) => this.#summary(tenant, one)) })
  }

  async detail(tenant: TenantId, id: string): Answer<CaseDetail> {
    const found = await this.#parts.defence.ask('case', { tenant, id })
    if (!found.ok) return found
    return found.value === undefined ? fail('unknown-case') : ok(this.#detail(tenant, found.value))
  }

  async act({ tenant, person }: Actor, id: string, act: CaseAct): Answer<CaseDetail> {
    const shared = { case: id, by: { kind: 'person', id: person }, at: this.#parts.wallTime() } as const
    const input: ActInput =
      act.type === 'evidence' ? { ...shared, ...act, id: this.#newId() } : { ...shared, ...act }
    const stepped = await this.#step(tenant, input)
    return stepped.ok ? this.detail(tenant, id) : stepped
  }

  /** Tells once what has become late; to be called every few minutes. */
  async tick(): Promise<void> {
    for (const { tenant } of this.#parts.accounts.directories())
      await this.#step(tenant.id, { type: 'tick', at: this.#parts.wallTime() })
  }

  async #step(tenant: TenantId, input: CasesInput) {
    const stepped = await this.#parts.defence.ask('stepCases', { tenant, input })
    if (!stepped.ok) return stepped
    for (const one of stepped.value) {
      if (one.type === 'refused') return fail(PROBLEM_OF[one.why])
      if (one.type === 'answer')
        for (const { receipt, origin } of one.to)
          if (origin.kind === 'person')
            this.#parts.tell({ tenant, person: origin.person as PersonId, receipt, words: one.words })
      if (one.type === 'overdue')
        this.#parts.log.error('case.late', { tenant, case: one.case, deadline: one.deadline })
    }
    return ok(stepped.value)
  }

  #newId(): string {
    return randomId(this.#parts.randomBytes)
  }

  #nameOf(tenant: TenantId, id: string): string {
    return this.#parts.accounts.directoryOf(tenant)?.byPerson.get(id as PersonId)?.name ?? id
  }

  #summary(tenant: TenantId, one: Case): CaseList['cases'][number] {
    const { id, hashes, level, status, clock, intakes, moreIntakes, owner, timeline } = one
    const { fileName, product } = intakes[0]?.report ?? {}
    const about = fileName ?? product
    return {
      ...(about !== undefined && { about }),
      ...{ id, hashes: [...hashes], level, status: status.name, reports: intakes.length + moreIntakes },
      ...(status.name !== 'open' && { verdict: status.verdict }),
      ...{ openedAt: timeline[0]?.at ?? clock.since, answerDue: clock.answerDue },
      ...(clock.answeredAt !== undefined && { answeredAt: clock.answeredAt }),
      decisionDue: clock.decisionDue,
      ...(owner !== undefined && { owner: this.#nameOf(tenant, owner) }),
    }
  }

  #detail(tenant: TenantId, one: Case): CaseDetail {
    const who = (id: string): string => this.#nameOf(tenant, id)
    const { status } = one
    return {
      ...this.#summary(tenant, one),
      origins: one.intakes.map(({ at, origin, report: { hashes: _, ...said } }) => ({
        ...{ at, kind: origin.kind, by: origin.kind === 'person' ? who(origin.person) : sourceOf(origin) },
        ...said,
      })),
      timeline: one.timeline.map(({ at, act, by, words }) => ({
        ...{ at, act, words },
        ...(by && { by: who(by.id) }),
      })),
      evidence: one.evidence.map(({ at, by, kind, what, sha256 }) => ({
        at,
        by: who(by),
        kind,
        what,
        sha256,
      })),
      ...(status.name === 'proposed' && { proposedBy: who(status.by), why: status.why }),
      ...(status.name === 'closed' && {
        ...{ proposedBy: who(status.proposedBy), confirmedBy: who(status.confirmedBy), why: status.why },
      }),
    }
  }
}

function sourceOf(origin: Exclude<Case['intakes'][number]['origin'], { readonly kind: 'person' }>): string {
  switch (origin.kind) {
    case 'webhook':
      return origin.source
    case 'outside':
      return origin.contact ?? ''
    case 'advisory':
      return `${origin.advisory} ${origin.revision}`
  }
}
