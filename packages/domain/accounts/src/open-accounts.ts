// Puts the use cases together over one keeper of directories.
import type { Accounts } from './accounts.ts'
import { Attempts } from './attempts.ts'
import { browserDevice, changePhone, createPhone, removeDevice, voidSecrets } from './devices.ts'
import { Keeper } from './keeper.ts'
import { addPerson, createSignInLink, note, readAudit } from './people.ts'
import { closePhoneSetup, createPhoneSetup, fetchPhone, phoneSetups } from './phones/setups.ts'
import type { AccountsPorts } from './ports.ts'
import { applyRoster, previewOf, undoRoster } from './roster-acts.ts'
import {
  changePassword,
  hasPassword,
  sessionOf,
  signIn,
  signInByLink,
  signOut,
  sweepSessions,
} from './sessions.ts'
import { prepareSetup, setUp, setupState } from './setup.ts'

/** Reads all directories and returns the use cases over them. */
export async function openAccounts(ports: AccountsPorts): Promise<Accounts> {
  const keeper = new Keeper(ports, await ports.store.rosters())
  const attempts = new Attempts()
  return {
    events: keeper.events,
    directoryOf: (tenant) => keeper.directoryOf(tenant),
    directories: () => keeper.directories(),
    directoryOfDevice: (device) => keeper.directoryOfDevice(device),
    setupState: () => setupState(keeper),
    prepareSetup: () => prepareSetup(keeper),
    setUp: (request) => setUp(keeper, request),
    signIn: (attempt) => signIn(keeper, attempts, attempt),
    signInByLink: (attempt) => signInByLink(keeper, attempts, attempt),
    sessionOf: (token) => sessionOf(keeper, token),
    signOut: (session) => signOut(keeper, session),
    hasPassword: (actor) => hasPassword(keeper, actor),
    changePassword: (session, passwords) => changePassword(keeper, attempts, session, passwords),
    people: (tenant) => keeper.directoryOf(tenant)?.people ?? [],
    addPerson: (actor, person) => addPerson(keeper, actor, person),
    previewRoster: (actor, wanted) => previewOf(keeper, actor, wanted),
    applyRoster: (actor, preview) => applyRoster(keeper, actor, preview),
    undoRoster: (actor, preview) => undoRoster(keeper, actor, preview),
    createSignInLink: (actor, person) => createSignInLink(keeper, actor, person),
    createPhone: (actor, phone) => createPhone(keeper, actor, phone),
    changePhone: (actor, phone, change) => changePhone(keeper, actor, phone, change),
    createPhoneSetup: (actor, wanted) => createPhoneSetup(keeper, actor, wanted),
    phoneSetups: (actor) => phoneSetups(keeper, actor),
    closePhoneSetup: (actor, device) => closePhoneSetup(keeper, actor, device),
    fetchPhone: (attempt) => fetchPhone(keeper, attempts, attempt),
    browserDevice: (session) => browserDevice(keeper, session),
    voidSecrets: (actor, devices) => voidSecrets(keeper, actor, devices),
    removeDevice: (actor, device) => removeDevice(keeper, actor, device),
    note: (actor, act, subject, detail) => note(keeper, actor, { act, subject, ...(detail && { detail }) }),
    audit: (actor, limit) => readAudit(keeper, actor, limit),
    sweep: () => sweepSessions(keeper),
    size: () => attempts.size() + keeper.events.size(),
  }
}
