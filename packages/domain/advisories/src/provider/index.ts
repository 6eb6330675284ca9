export { type Listed, type Listing, readChanges, readRolie } from './listing.ts'
export { type Provider, readProvider } from './metadata.ts'
