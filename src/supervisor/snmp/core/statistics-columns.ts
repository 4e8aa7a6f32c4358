// The columns that virtual servers and real servers have alike: counters of 32 and 64 bits, and rates, whole and in halves.

import type { IpvsStatistics } from '../../../lib/ipvs.ts'
import type { ReadModel } from './read-model.ts'
import { counter32, counter64, gauge, high32, low32, type Value } from './value.ts'

type Get<R> = (row: R, model: ReadModel) => Value
type Rate = 'connectionRate' | 'inPacketRate' | 'outPacketRate' | 'inByteRate' | 'outByteRate'

const rates: readonly Rate[] = ['connectionRate', 'inPacketRate', 'outPacketRate', 'inByteRate', 'outByteRate']

/**
 * `first` is the column of the connections; `wide` that of their counter of 64 bits. Between them stand columns that only
 * one kind of server has, so `traffic` may be given: the column of the packets that came in.
 */
export function statisticsColumns<R>(
  first: number,
  wide: number,
  statistics: (row: R, model: ReadModel) => IpvsStatistics,
  traffic = first + 1,
): Readonly<Record<number, Get<R>>> {
  const columns: Record<number, Get<R>> = {}
  const put = (number: number, show: (of: IpvsStatistics) => Value) => {
    columns[number] = (row, model) => show(statistics(row, model))
  }
  put(first, of => gauge(of.connections))
  put(traffic, of => counter32(of.inPackets))
  put(traffic + 1, of => counter32(of.outPackets))
  put(traffic + 2, of => counter64(of.inBytes))
  put(traffic + 3, of => counter64(of.outBytes))
  put(wide, of => counter64(of.connections))
  put(wide + 1, of => counter64(of.inPackets))
  put(wide + 2, of => counter64(of.outPackets))
  rates.forEach((rate, i) => {
    put(traffic + 4 + i, of => gauge(of[rate]))
    put(wide + 3 + 2 * i, of => low32(BigInt(of[rate])))
    put(wide + 4 + 2 * i, of => high32(BigInt(of[rate])))
  })
  return columns
}
