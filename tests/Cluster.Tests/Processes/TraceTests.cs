using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MuSc.Cluster.Tests.Jobs;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>What a collector of traces receives over OTLP from a client and a server.</summary>
public sealed partial class TraceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly int _port = Ports.Free();
    private readonly HttpListener _collector = new();
    private readonly ConcurrentBag<(string Trace, string Span, string Parent, string Name)> _spans = [];

    public void Dispose()
    {
        _collector.Close();
        _folder.Dispose();
    }

    [Fact]
    public async Task Job_IsOneTraceFromTheClientToItsResults()
    {
        using TestSet set = TestSet.Synthetic(8, 48);
        _collector.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _collector.Start();
        Task collecting = CollectAsync();
        Dictionary<string, string> settings = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{_port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        using (SiloProcess server = new(0, null, _folder.At("silo"), settings))
        {
            await server.ReadyAsync();
            MuscProcess client = await MuscProcess.RunAsync(
                ["submit", Path.GetDirectoryName(set.Spec.Images[0].Path)!, "--size", "48", "--watch", "--cluster", $"localhost:{server.GatewayPort}"], _ => { }, settings);
            client.Expect(0);

            // Whoever ends sends what it still has.
            await server.LeaveAsync();
        }

        _collector.Stop();
        await collecting;
        (string Trace, string Span, string Parent, string Name)[] spans = [.. _spans];
        string trace = Assert.Single(spans, span => span.Name == "submit").Trace;
        string[] parts = ["submit", "job", "check", "extract", "extract block", "score", "tile", "IIntervalAverageGrain/DeliverAsync", "write"];
        Assert.All(parts, part => Assert.Contains(spans, span => span.Name.EndsWith(part, StringComparison.Ordinal) && span.Trace == trace));

        // Nothing hangs in the air: each belongs to another of the same trace, but for the first.
        HashSet<string> known = [.. spans.Select(span => span.Span)];
        Assert.All(spans.Where(span => span.Trace == trace), span => Assert.True(span.Parent.Length == 0 || known.Contains(span.Parent), span.Name));
    }

    private async Task CollectAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _collector.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using MemoryStream body = new();
            await call.Request.InputStream.CopyToAsync(body);
            if (call.Request.Url!.AbsolutePath == "/v1/traces")
            {
                foreach (Match span in Span().Matches(Encoding.Latin1.GetString(body.ToArray())))
                {
                    string name = span.Groups["name"].Value;
                    _spans.Add((Hex(span, "trace"), Hex(span, "span"), Hex(span, "parent"), name[1..(1 + name[0])]));
                }
            }

            call.Response.Close();
        }
    }

    private static string Hex(Match span, string part) => Convert.ToHexStringLower(Encoding.Latin1.GetBytes(span.Groups[part].Value));

    // A span of opentelemetry/proto/trace/v1/trace.proto as the exporter writes it: trace_id = 1, span_id = 2, parent_span_id = 4, flags = 16, name = 5.
    [GeneratedRegex(@"\n\x10(?<trace>[\s\S]{16})\x12\x08(?<span>[\s\S]{8})(""\x08(?<parent>[\s\S]{8}))?(\x85\x01[\s\S]{4})?\*(?=(?<name>[\s\S]{1,100}))")]
    private static partial Regex Span();
}
