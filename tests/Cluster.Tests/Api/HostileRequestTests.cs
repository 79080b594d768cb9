using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MuSc.Cluster.Tests.Api;

/// <summary>Requests that nobody means well: each is answered, none harms the server, and nothing outside of sets is written.</summary>
public sealed class HostileRequestTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int Seed = 11;
    private const int Requests = 5_000;
    private const int AtOnce = 8;
    private const long MostBytes = 600L << 20;

    private static readonly string[] Pieces =
    [
        "..", "../", "%2e%2e", "%2e%2e%2f", "%2F", "%5C", "%00", "%0a", "%ff", "a", "%C3%A9", "x.png", "~", "CON", "a:b", "*", "//", "-", ".", "%25", new('x', 500), "{}", "sets", "jobs", "images", "?limit=", "&after=",
    ];

    [Fact]
    public async Task EveryRequest_IsAnsweredAndNothingElseIsWritten()
    {
        string set = (await server.NewSetAsync()).GetProperty("id").GetString()!;
        Random random = new(Seed);
        Func<Task<HttpResponseMessage>>[] requests = [.. Enumerable.Range(0, Requests).Select(_ => Request(new Random(random.Next()), set))];
        Dictionary<HttpStatusCode, int> answers = [];
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (send, _) =>
        {
            using HttpResponseMessage answer = await send();
            lock (answers)
            {
                answers[answer.StatusCode] = answers.GetValueOrDefault(answer.StatusCode) + 1;
            }

            string text = (int)answer.StatusCode >= 500 ? await answer.Content.ReadAsStringAsync(CancellationToken.None) : "";
            Assert.True((int)answer.StatusCode < 500, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {text}");
        });
        Assert.True(answers.GetValueOrDefault(HttpStatusCode.BadRequest) > Requests / 4, string.Join(", ", answers));

        using Process process = Process.GetProcessById(server.Process.Id);
        Assert.True(process.PeakWorkingSet64 < MostBytes, $"{process.PeakWorkingSet64 >> 20} MiB");
        string data = server.Folder.At("data");
        Assert.Equal(
            ["blobs", "cookie-keys", "lock", "musc.db", "sets"],
            Directory.EnumerateFileSystemEntries(data).Select(entry => Path.GetFileName(entry)).Where(name => !name.StartsWith("musc.db-", StringComparison.Ordinal) && name != "jobs").Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFileSystemEntries(server.Folder.At("")), entry => Assert.Equal("data", Path.GetFileName(entry)));
        using HttpResponseMessage fine = await server.Client.GetAsync(new Uri("me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
    }

    [Fact]
    public async Task BodyThatComesTooSlowly_IsCutOff()
    {
        string set = (await server.NewSetAsync()).GetProperty("id").GetString()!;
        using TcpClient client = new("127.0.0.1", server.Process.HttpPort);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PUT /v1/sets/{set}/images/slow.png HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nstart"));
        // Nothing more comes: the server ends it, not the patience of this test.
        byte[] answer = new byte[4_096];
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        int read = await stream.ReadAsync(answer, patience.Token);
        Assert.DoesNotContain("201", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
        Assert.Contains("\"images\":0", await server.TextAsync($"sets/{set}"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.Folder.At("data"), "sets", set, "parts")));
    }

    private Func<Task<HttpResponseMessage>> Request(Random random, string set)
    {
        string hostile = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        return random.Next(8) switch
        {
            0 => () => SendAsync(HttpMethod.Get, $"{hostile}"),
            1 => () => SendAsync(HttpMethod.Put, $"sets/{set}/images/{hostile}", Noise(random), "image/png"),
            2 => () => SendAsync(HttpMethod.Put, $"sets/{hostile}/images/a.png", Noise(random), "image/png"),
            3 => () => SendAsync(HttpMethod.Post, "jobs", Encoding.UTF8.GetBytes(Json(random, hostile, set)), "application/json"),
            4 => () => SendAsync(HttpMethod.Post, "sets", Encoding.UTF8.GetBytes(Json(random, hostile, set)), "application/json"),
            5 => () => SendAsync(HttpMethod.Post, $"sets/{set}:import", Archive(random, hostile), random.Next(2) == 0 ? "application/zip" : "application/x-tar"),
            6 => () => SendAsync(HttpMethod.Get, $"jobs/{hostile}/results"),
            _ => () => SendAsync(HttpMethod.Get, $"jobs?limit={hostile}&after={hostile}", header: (random.Next(2) == 0 ? "Accept" : "Last-Event-ID", hostile)),
        };
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null, string? type = null, (string Name, string Value)? header = null)
    {
        // As it stands: a client's own tidying of the path would hide what is to be tried.
        Uri uri = new($"http://127.0.0.1:{server.Process.HttpPort}/v1/{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(method, uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new(type!) } };
        }

        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        return await server.Client.SendAsync(request);
    }

    private static byte[] Noise(Random random)
    {
        byte[] noise = new byte[random.Next(2_000)];
        random.NextBytes(noise);
        return noise;
    }

    private static string Json(Random random, string hostile, string set)
    {
        string[] values = ["null", "-1", "1e400", "\"\\u0000\"", "[]", "{}", "true", $"\"{hostile}\"", "99999999999999999999", $"{{\"set\":\"{hostile}\"}}", $"{{\"path\":\"/etc/{hostile}\"}}", "[[[[[[[[]]]]]]]]"];
        string[] members = ["images", "references", "size", "stages", "degrees", "interval", "windows", "subsets", "metadata", "name", "expires_after", "outputs", "backbone", "batch", hostile];
        string some = string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{members[random.Next(members.Length)]}\":{values[random.Next(values.Length)]}"));
        return random.Next(4) switch
        {
            0 => $"{{{some}",
            1 => string.Create(CultureInfo.InvariantCulture, $"{{\"images\":{{\"set\":\"{set}\"}},{some}}}"),
            _ => $"{{{some}}}",
        };
    }

    private static byte[] Archive(Random random, string hostile)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry($"{Uri.UnescapeDataString(hostile)}.png", CompressionLevel.Fastest).Open();
            entry.Write(random.Next(20) == 0 ? new byte[3_000_000] : Noise(random));
        }

        byte[] archive = bytes.ToArray();
        for (int damage = random.Next(4); damage > 0; damage--)
        {
            archive[random.Next(archive.Length)] ^= (byte)(1 << random.Next(8));
        }

        return archive;
    }
}
