using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes.Alerts;

/// <summary>
/// A Prometheus with the rules of k8s/components/monitoring on silos of this machine. A minute of the rules is two seconds here, in what alerts look back
/// at and in what they wait for; nothing else of them differs.
/// </summary>
internal sealed partial class PrometheusServer : IDisposable
{
    /// <summary>What a minute of the rules is here.</summary>
    public const int SecondsOfAMinute = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("musc-prometheus").FullName;
    private readonly Process _process;
    private readonly HttpClient _http;

    public PrometheusServer()
    {
        int port = Ports.Free();
        string rules = File.ReadAllText(Path.Combine(Shared.Root, "k8s", "components", "monitoring", "alerts.yaml"));
        // What Prometheus itself reads is the operator's object from "groups" on, four columns to the left.
        File.WriteAllText(At("rules.yml"), Minutes().Replace(Indentation().Replace(rules[rules.IndexOf("  groups:", StringComparison.Ordinal)..], string.Empty), Shorter));
        File.WriteAllText(At("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: ["{{At("rules.yml")}}"]
            scrape_configs: [{ job_name: musc, file_sd_configs: [{ files: ["{{At("silos.json")}}"], refresh_interval: 1s }] }]
            """);
        Watch([]);
        _process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec prometheus --config.file=\"$0\" --storage.tsdb.path=\"$1\" --web.listen-address=\"$2\" >\"$3\" 2>&1", At("prometheus.yml"), At("data"), $"127.0.0.1:{port}", At("log")]))!;
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}/api/v1/") };
    }

    /// <summary>Scrapes these silos from now on, with the labels that the operator gives a Service's pods.</summary>
    public void Watch(IEnumerable<SiloProcess> silos)
    {
        // Put in its place whole: it is read whenever it changes.
        File.WriteAllText(At("silos.new"), JsonSerializer.Serialize(silos.Select(silo => new
        {
            targets = (string[])[$"127.0.0.1:{silo.HttpPort}"],
            labels = new { service = "musc-metrics", pod = $"silo-{silo.Number}" },
        })));
        File.Move(At("silos.new"), At("silos.json"), overwrite: true);
    }

    /// <summary>The alerts that are pending or fire, by their names.</summary>
    public async Task<ILookup<string, string>> AlertsAsync(CancellationToken cancellationToken)
    {
        using JsonDocument answer = await AskAsync("alerts", cancellationToken);
        return answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .ToLookup(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!, alert => alert.GetProperty("state").GetString()!);
    }

    /// <summary>The first value of a query's answer; null where there is none.</summary>
    public async Task<double?> QueryAsync(string query, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await AskAsync($"query?query={Uri.EscapeDataString(query)}", cancellationToken);
        return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(one => (double?)double.Parse(one.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)).FirstOrDefault();
    }

    /// <summary>Waits until it answers.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Assert.False(_process.HasExited, _process.HasExited ? File.ReadAllText(At("log")) : string.Empty);
            try
            {
                await AlertsAsync(cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Shorter(Match time) => $"{int.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture) * (time.Groups[2].Value == "h" ? 60 : 1) * SecondsOfAMinute}s";

    private async Task<JsonDocument> AskAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private string At(string file) => Path.Combine(_folder, file);

    [GeneratedRegex(@"(?<=\[|for: )(\d+)(m|h)\b")]
    private static partial Regex Minutes();

    [GeneratedRegex("^  ", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
