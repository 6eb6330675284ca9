// Why a store could not be opened: a code for programs, a sentence for people with what to do next.

export type StoreErrorCode =
  | 'folder-unwritable'
  | 'disk-full'
  | 'locked'
  | 'corrupt-file'
  | 'foreign-file'
  | 'newer-schema'
  | 'backup-failed'
  | 'key-exposed'
  | 'failed'

export interface StoreError {
  readonly code: StoreErrorCode
  readonly message: string
}
