export { importOsquery, type OsquerySettings } from './osquery.ts'
export { type Imported, PROBLEMS, type Problem, type Remark } from './remarks.ts'
export { type ImportSettings, importTable } from './table.ts'
