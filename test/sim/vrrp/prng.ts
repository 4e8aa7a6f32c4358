// Where other tests look for the random numbers that all simulations share.

export { Prng } from '../prng.ts'
