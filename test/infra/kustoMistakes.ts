/// <reference path="../../node_modules/@kusto/language-service-next/bridge.d.ts" />
/// <reference path="../../node_modules/@kusto/language-service-next/Kusto.Language.Bridge.d.ts" />
import { createRequire } from 'node:module';

// Both are scripts that set globals; the second needs those of the first.
const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { KustoCode, GlobalState, Symbols } = Kusto.Language;

/** Columns of AppTraces that queries may use: https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces */
const traces = Symbols.TableSymbol.From('(TimeGenerated: datetime, Message: string, SeverityLevel: int)')?.WithName(
  'AppTraces',
);
if (!traces) throw new Error('the table of log lines has no symbol');
const workspace = new Symbols.DatabaseSymbol.ctor('workspace', [traces]);
const globals = GlobalState.Default?.WithDatabase(workspace) ?? null;

/** What Azure's own analyser of the query language finds wrong with a query on the log lines. */
export function kustoMistakes(query: string): string[] {
  const found = KustoCode.ParseAndAnalyze(query, globals)?.GetDiagnostics();
  return Array.from({ length: found?.Count ?? 0 }, (_, index) => found?.getItem(index)?.Message ?? '');
}
