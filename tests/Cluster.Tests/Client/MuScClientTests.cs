using MuSc.Client;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Client;

public sealed class MuScClientTests
{
    [Fact]
    public async Task A_cluster_that_is_not_there_is_told_after_a_while()
    {
        int port = SiloProcess.FreePort();
        ClusterAddress nowhere = ClusterAddress.Parse($"localhost:{port}") with { Patience = TimeSpan.FromSeconds(1) };
        JobException error = await Assert.ThrowsAsync<JobException>(() => MuScClient.ConnectAsync(nowhere, CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains($"localhost:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_told_without_its_password()
    {
        ClusterAddress address = ClusterAddress.Parse("Host=db;Port=6000;Username=musc;Password=secret;Database=jobs");
        Assert.Equal("in the database jobs at db:6000", $"{address}");
        Assert.Throws<FormatException>(() => ClusterAddress.Parse("localhost:99999"));
    }
}
