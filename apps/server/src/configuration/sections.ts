// The sections of a configuration file, in the order in which they are applied: what others name comes first.
import type { Accounts } from '@rufwerk/accounts'
import type { Log, TenantId } from '@rufwerk/core'
import type { PlanBook } from '@rufwerk/routing/versions'
import { companyOf, type DialPlanParts } from '../dial-plans.ts'
import { dialPlanSection } from './dial-plan.ts'
import { peopleSection } from './people.ts'
import { promptsSection } from './prompts.ts'
import { queuesSection } from './queues.ts'
import { recordingsSection } from './recordings.ts'
import { roomsSection } from './rooms.ts'
import type { ConfigSection } from './section.ts'
import { trunksSection } from './trunks.ts'
import { voicemailSection } from './voicemail.ts'

export interface SectionsParts extends Pick<DialPlanParts, 'ringSeconds' | 'hasPrompt'> {
  readonly accounts: Accounts
  readonly dialPlans: PlanBook
  /** How trunks are reached. */
  readonly trunkFile: string
  readonly prompts: Parameters<typeof promptsSection>[0]
  readonly voicemail: { readonly book: Parameters<typeof voicemailSection>[0] }
  readonly recordings: Parameters<typeof recordingsSection>[0]
  /** Undefined until there is a company. */
  readonly telephony: () =>
    | {
        readonly queues: {
          readonly tenant: TenantId
          readonly desk: ReturnType<Parameters<typeof queuesSection>[0]>
        }
        readonly rooms: { readonly tenant: TenantId } & NonNullable<
          ReturnType<Parameters<typeof roomsSection>[0]>
        >
      }
    | undefined
  readonly log: Log
}

export function allSections(parts: SectionsParts): readonly ConfigSection[] {
  const { accounts, dialPlans, telephony, log } = parts
  return [
    peopleSection(accounts),
    dialPlanSection(dialPlans, (directory) => companyOf(directory, parts)),
    trunksSection(parts.trunkFile, log),
    promptsSection(parts.prompts),
    voicemailSection(parts.voicemail.book),
    queuesSection((tenant) => {
      const queues = telephony()?.queues
      return queues?.tenant === tenant ? queues.desk : undefined
    }),
    roomsSection((tenant) => {
      const rooms = telephony()?.rooms
      return rooms?.tenant === tenant ? rooms : undefined
    }),
    recordingsSection(parts.recordings),
  ]
}
