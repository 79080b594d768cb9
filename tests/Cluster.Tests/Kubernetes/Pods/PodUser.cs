using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using MuSc.Cluster.Tests.Jobs;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>A user of the HTTP service. Every request is counted, and none may fail, whatever happens to the pods.</summary>
/// <param name="http">Reaches the service, with a key.</param>
internal sealed class PodUser(HttpClient http)
{
    private int _requests;

    /// <summary>Requests that were answered.</summary>
    public int Requests => _requests;

    /// <summary>Sends a set's images one by one.</summary>
    public async Task UploadAsync(string name, TestSet set, CancellationToken cancellationToken)
    {
        await SendAsync(() => new(HttpMethod.Post, $"sets?id={name}") { Content = JsonContent.Create(new { }) }, cancellationToken);
        foreach (var image in set.Spec.Images)
        {
            string path = string.Join('/', image.Name.Split('/').Select(Uri.EscapeDataString));
            await SendAsync(() => new(HttpMethod.Put, $"sets/{name}/images/{path}") { Content = new ByteArrayContent(File.ReadAllBytes(image.Path)) }, cancellationToken);
        }
    }

    /// <summary>Submits a job on a set, at a size of images or the backbone's own.</summary>
    public Task SubmitAsync(string job, string set, int? size, CancellationToken cancellationToken) =>
        SendAsync(() => new(HttpMethod.Post, $"jobs?id={job}") { Content = JsonContent.Create(new { images = new { set }, size }) }, cancellationToken);

    /// <summary>A file of a job's results.</summary>
    public Task<byte[]> FileAsync(string job, string file, CancellationToken cancellationToken) =>
        SendAsync(() => new(HttpMethod.Get, $"jobs/{job}/files/{file}"), cancellationToken);

    /// <summary>Why a job failed, as the service says.</summary>
    public async Task<string?> ErrorAsync(string job, CancellationToken cancellationToken)
    {
        using JsonDocument answer = JsonDocument.Parse(await SendAsync(() => new(HttpMethod.Get, $"jobs/{job}"), cancellationToken));
        return answer.RootElement.GetProperty("error").GetProperty("message").GetString();
    }

    /// <summary>Looks at the list of jobs every 300 ms.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(300));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await SendAsync(() => new(HttpMethod.Get, "jobs"), CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits for a state by the job's events, from the last one seen where the stream ends with the pod that sent it.</summary>
    public async Task UntilAsync(string job, string wanted, CancellationToken cancellationToken)
    {
        string? status = null;
        string? last = null;
        while (status != wanted)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"jobs/{job}/events");
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            Interlocked.Increment(ref _requests);
            await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            try
            {
                await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
                {
                    last = item.EventId ?? last;
                    using JsonDocument data = JsonDocument.Parse(item.Data);
                    status = data.RootElement.TryGetProperty("status", out JsonElement said) ? said.GetString() : status;
                    if (status == wanted)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                // The pod is gone; another one goes on.
            }

            Assert.False(status is "completed" or "failed" or "cancelled", $"{job} is {status}, not {wanted}.");
        }
    }

    private async Task<byte[]> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request();
        using HttpResponseMessage answer = await http.SendAsync(message, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{message.Method} {message.RequestUri}: {answer.StatusCode} {Encoding.UTF8.GetString(body)}");
        Interlocked.Increment(ref _requests);
        return body;
    }
}
