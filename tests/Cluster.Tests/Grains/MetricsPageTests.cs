using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Grains.Compute;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Grains;

/// <summary><c>docs/metrics.md</c> lists what a silo measures, and nothing else.</summary>
public sealed partial class MetricsPageTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();
    private readonly ConcurrentDictionary<string, string[]> _labels = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Page_ListsTheInstrumentsOfASilo()
    {
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == ClusterMetrics.MeterName)
            {
                _instruments[instrument.Name] = instrument;
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        using TestSet set = TestSet.Synthetic(4, 48);
        await using (InProcessTestCluster cluster = await InProcess.StartAsync(_temp.At("root"), _temp.At("scratch"), silos: 1))
        {
            ClusterClient client = new(cluster.Client);
            await client.ResultsAsync(await client.SubmitAsync(set.Spec, CancellationToken.None), CancellationToken.None);
            listener.RecordObservableInstruments();
        }

        string[][] page = [.. Row().Matches(await File.ReadAllTextAsync(Path.Combine(Shared.Root, "docs", "metrics.md")))
            .Select(row => row.Groups.Values.Skip(1).Select(cell => cell.Value).ToArray())];
        Assert.Equal(
            _instruments.Values.Select(instrument => (instrument.Name, Kind(instrument), instrument.Unit, instrument.Description)).Order(),
            page.Select(row => (row[0], row[1], (string?)row[2], (string?)row[4])).Order());

        // Only what happened can be compared; caches and phases did.
        Assert.Contains("musc.cache.requests", _labels.Keys);
        Assert.All(_labels, measured => Assert.Equal(
            measured.Value, Label().Matches(page.Single(row => row[0] == measured.Key)[3]).Select(label => label.Groups[1].Value)));
    }

    private static string Kind(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<double> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string[] labels = new string[tags.Length];
        for (int tag = 0; tag < labels.Length; tag++)
        {
            labels[tag] = tags[tag].Key;
        }

        _labels[instrument.Name] = labels;
    }

    [GeneratedRegex(@"^\| `(musc\.[a-z.]+)` \| (\w+) \| `([^`]+)` \| (.*?) ?\| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Label();
}
