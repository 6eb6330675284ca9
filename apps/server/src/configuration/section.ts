// One part of a company's configuration, as each part of the server that has settings of its own gives it.
import type { Actor, Directory } from '@rufwerk/accounts'
import type { TenantId } from '@rufwerk/core'
import type { DialPlan } from '@rufwerk/routing'

export interface ConfigChange {
  /** Inside the section. */
  readonly path: string
  readonly what: 'added' | 'removed' | 'changed' | 'moved'
  readonly before?: unknown
  readonly after?: unknown
}

export interface ConfigProblem {
  readonly path: string
  /** In English, with the place; never a value of the file that may be a secret. */
  readonly sentence: string
}

/** What an import will be; sections before have had their say. */
export interface ImportDraft {
  readonly actor: Actor
  /** People and sites as they would be. */
  directory: Directory
  /** Ids of the file to ours, where they differ. */
  ids: ReadonlyMap<string, string>
  /** Absent: that in force stays. */
  dialPlan?: DialPlan
}

/** Checked and ready. */
export interface Prepared {
  readonly changes: readonly ConfigChange[]
  /** False: nothing was changed. */
  apply(): Promise<boolean>
  /** Takes back what `apply` did, because a later section could not be applied. */
  undo(): Promise<boolean>
}

export type Preparation =
  | { readonly ok: true; readonly value: Prepared }
  | { readonly ok: false; readonly error: readonly ConfigProblem[] }

export interface ConfigSection {
  /** Its key in the file. */
  readonly name: string
  /** Plain JSON without secrets, the same while nothing changes; undefined: nothing to say. */
  export(tenant: TenantId): Promise<unknown>
  /** Changes nothing. Ids in `value` are ours already where they were known. */
  prepare(draft: ImportDraft, value: unknown): Promise<Preparation>
}
