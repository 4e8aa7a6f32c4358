// "Did you mean …": the known word that a misspelt one most probably stands for.

/** Words longer than this are not compared. */
const wordLengthMax = 64

/**
 * The nearest candidate by Damerau-Levenshtein distance, or undefined if none is near. Case, and the choice between `-`, `_`
 * and nothing, hardly count. Between equals the first candidate wins.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > wordLengthMax || word === '') return undefined
  const wanted = simplify(word)
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const known = simplify(candidate)
    const limit = Math.min(threshold(wanted, known), bestDistance)
    if (Math.abs(known.length - wanted.length) > limit) continue
    const distance = editDistance(wanted, known) + tieBreak(word, candidate)
    if (distance < bestDistance && distance < limit + 1 && candidate !== word) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** One slip in a word of up to five letters, two up to ten, three beyond. */
function threshold(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  if (length <= 2) return 0
  if (length <= 5) return 1
  return length <= 10 ? 2 : 3
}

function simplify(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Less than one edit: prefers the candidate that also agrees in separators and case, and begins alike. */
function tieBreak(word: string, candidate: string): number {
  const sameStart = word[0]?.toLowerCase() === candidate[0]?.toLowerCase() ? 0 : 0.3
  return sameStart + Math.min(0.5, Math.abs(word.length - candidate.length) * 0.05)
}

/** Optimal string alignment: insertion, deletion, substitution and swap of neighbours each cost 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, beforeLast[j - 2]! + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
