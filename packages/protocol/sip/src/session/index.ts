// The second door of @rufwerk/sip: what extensions put on a call and its requests. Pure functions and values;
// nothing here touches a socket, clock, timer or source of randomness.
export { mayUpdate } from '../dialog/offer-exchange.ts'
