using System.Net;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Client;

/// <summary>What a client makes of answers that no working server gives on demand.</summary>
public sealed class ApiAnswerTests : IAsyncLifetime, IDisposable
{
    private const string Problem = "application/problem+json";

    private readonly string _address = $"http://127.0.0.1:{LocalPorts.Free()}/";
    private readonly HttpListener _listener = new();
    private readonly Queue<Action<HttpListenerResponse>> _answers = [];
    private readonly InstantTime _time = new();
    private Task _answering = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _listener.Prefixes.Add(_address);
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _answering;

    public void Dispose() => _listener.Close();

    [Theory]
    [InlineData(400, Problem, """{"detail":"wrong","code":"invalid"}""", JobErrorKind.Usage, "wrong")]
    [InlineData(400, Problem, """{"detail":"wrong","code":"unusable_input"}""", JobErrorKind.Input, "wrong")]
    [InlineData(401, Problem, """{"detail":"A key is needed."}""", JobErrorKind.Usage, "A key is needed. Give another key with --key-file FILE")]
    [InlineData(403, Problem, """{"detail":"forbidden"}""", JobErrorKind.Usage, "MUSC_KEY")]
    [InlineData(404, Problem, """{"detail":"gone"}""", JobErrorKind.NotFound, "gone")]
    [InlineData(404, "text/html", "<html>", JobErrorKind.Usage, "something else than a MuSc server")]
    [InlineData(409, Problem, """{"detail":"taken"}""", JobErrorKind.Conflict, "taken")]
    [InlineData(413, Problem, """{"detail":"large","more":1}""", JobErrorKind.Resource, "large")]
    [InlineData(500, Problem, "{", JobErrorKind.Resource, "500")]
    [InlineData(302, "text/html", "", JobErrorKind.Usage, "302")]
    [InlineData(200, "text/html", "<html>", JobErrorKind.Usage, "something else than a MuSc server")]
    [InlineData(200, "application/json", """{"id":""", JobErrorKind.Usage, "something else than a MuSc server")]
    [InlineData(429, Problem, """{"detail":"slowly"}""", JobErrorKind.Resource, "slowly")]
    public async Task Answer_BecomesTheErrorOfItsKind(int status, string type, string body, JobErrorKind kind, string text)
    {
        Answer(status, type, body);
        await using HttpApiClient client = new(new(_address), null) { Patience = TimeSpan.Zero };
        JobException error = await Assert.ThrowsAsync<JobException>(() => client.StatusAsync("job", CancellationToken.None));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task BusyServer_IsAskedAgainAfterThePauseThatItWants(int status)
    {
        Answer(status, Problem, """{"detail":"later"}""", ("Retry-After", "7"));
        Answer(200, "application/json", """{"jobs":3,"of_a_later_version":true}""");
        await using HttpApiClient client = new(new(_address), null) { Time = _time };
        Assert.Equal(3, await client.RebuildIndexAsync(CancellationToken.None));
        Assert.Contains(TimeSpan.FromSeconds(7), _time.Pauses);
    }

    [Fact]
    public async Task DeletionWhoseAnswerWasLost_IsDone()
    {
        Answer(503, Problem, """{"detail":"later"}""");
        Answer(404, Problem, """{"detail":"gone"}""");
        await using HttpApiClient client = new(new(_address), null) { Time = _time };
        await client.DeleteAsync("job", CancellationToken.None);
        Assert.Empty(_answers);
    }

    private void Answer(int status, string type, string body, params (string Name, string Value)[] headers)
    {
        _answers.Enqueue(response =>
        {
            (response.StatusCode, response.ContentType) = (status, type);
            foreach ((string name, string value) in headers)
            {
                response.AddHeader(name, value);
            }

            response.Close(System.Text.Encoding.UTF8.GetBytes(body), willBlock: true);
        });
        if (_answers.Count == 1)
        {
            _answering = AnswerAsync();
        }
    }

    private async Task AnswerAsync()
    {
        do
        {
            HttpListenerContext asked = await _listener.GetContextAsync();
            _answers.Dequeue()(asked.Response);
        }
        while (_answers.Count > 0);
    }

    /// <summary>A clock on which every pause is over at once.</summary>
    private sealed class InstantTime : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
