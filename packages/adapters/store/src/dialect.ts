// Kysely over the store's worker: queries are posted, rows come back. Transactions go through GroupWriter,
// not through Kysely, because a transaction that waits for the main thread would hold up everybody's commits.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Statement } from './group-writer.ts'
import type { Tables } from './schema.ts'
import type { Cell } from './worker/messages.ts'

type Ask = (sql: string, parameters: readonly Cell[]) => Promise<readonly unknown[]>

export type Database = Kysely<Tables>

export function createDatabase(ask: Ask): Database {
  return new Kysely<Tables>({ dialect: workerDialect(ask) })
}

/** A write for GroupWriter.transaction, from a Kysely query. */
export function statement(query: { compile(): CompiledQuery }, mustChange = false): Statement {
  const { sql, parameters } = query.compile()
  return { sql, parameters: cells(parameters), mustChange }
}

function workerDialect(ask: Ask): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      return { rows: (await ask(query.sql, cells(query.parameters))) as Row[] }
    },
    streamQuery() {
      throw new TypeError('the store does not stream: ask for pages')
    },
  }
  const noTransactions = () => Promise.reject(new TypeError('use GroupWriter.transaction'))
  const nothing = () => Promise.resolve()
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createDriver: () => ({
      init: nothing,
      acquireConnection: () => Promise.resolve(connection),
      beginTransaction: noTransactions,
      commitTransaction: noTransactions,
      rollbackTransaction: noTransactions,
      releaseConnection: nothing,
      destroy: nothing,
    }),
  }
}

function cells(parameters: readonly unknown[]): Cell[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value
    throw new TypeError(`not a value of a cell: ${typeof value}`)
  })
}
