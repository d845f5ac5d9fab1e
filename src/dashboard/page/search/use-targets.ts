import { useMemo } from 'preact/hooks'
import type { CatalogueRow, HostRow, HostsAnswer, MetricsAnswer } from '../../api.ts'
import { useAnswer } from '../data/use-answer.ts'
import type { Target } from './find-targets.ts'

const pages: readonly Target[] = [
  { kind: 'page', id: 'hosts', name: 'Hosts', detail: 'all of them' },
  { kind: 'page', id: 'compare', name: 'Compare', detail: 'one metric of many hosts' },
  { kind: 'page', id: 'metrics', name: 'Metrics', detail: 'what is measured, and what it costs' },
  { kind: 'page', id: 'pipeline', name: 'Pipeline', detail: 'from a sample to its row' },
  { kind: 'page', id: 'events', name: 'Events', detail: 'what happened' },
]

/** Everything that can be gone to: the pages, and the hosts and metrics that there are now. */
export function useTargets(): { readonly targets: readonly Target[]; readonly isComplete: boolean } {
  const hosts = useAnswer<HostsAnswer>('./api/hosts', 0).answer?.hosts
  const metrics = useAnswer<MetricsAnswer>('./api/metrics', 0).answer?.metrics
  const targets = useMemo(
    () => [...pages, ...(hosts ?? []).map(hostTarget), ...(metrics ?? []).map(metricTarget)],
    [hosts, metrics],
  )
  return { targets, isComplete: hosts !== undefined && metrics !== undefined }
}

function hostTarget({ uid, name, isNameShared, state, labels }: HostRow): Target {
  const told = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const detail = [state, ...(isNameShared ? [uid.slice(0, 8)] : []), ...told].join(' · ')
  return { kind: 'host', id: uid, name, detail }
}

function metricTarget({ metric, description }: CatalogueRow): Target {
  return { kind: 'metric', id: metric, name: metric, detail: description ?? '' }
}
