using System.Text.Json;

namespace MuSc.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData()]
    [InlineData("score")]
    [InlineData("extract")]
    [InlineData("demo")]
    [InlineData("inspect")]
    [InlineData("plan")]
    public async Task Help_has_examples_and_exit_codes(params string[] command)
    {
        MuscProcess help = (await MuscProcess.RunAsync([.. command, "--help"])).Expect(0);
        Assert.Contains("Examples:", help.Out, StringComparison.Ordinal);
        Assert.Contains($"  musc {(command.Length > 0 ? command[0] : "demo")}", help.Out, StringComparison.Ordinal);
        Assert.Contains("130  cancelled", help.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', help.Out);
    }

    [Fact]
    public async Task Inspect_tells_what_a_backbone_gives()
    {
        JsonElement json = (await MuscProcess.RunAsync("inspect", "compact", "--json")).Expect(0).Json;
        Assert.Equal("compact", json.GetProperty("name").GetString());
        Assert.Equal(16, json.GetProperty("patch").GetInt32());
        Assert.Equal(4, json.GetProperty("stages").GetArrayLength());
        Assert.Equal(14, json.GetProperty("stages")[0].GetProperty("grid").GetInt32());
        MuscProcess text = (await MuscProcess.RunAsync("inspect", "compact", "--size", "448")).Expect(0);
        Assert.Contains("28 × 28 patches, 192 channels", text.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Out);
    }

    [Fact]
    public async Task Inspect_lists_the_devices_that_are_there()
    {
        JsonElement devices = (await MuscProcess.RunAsync("inspect", "--devices", "--json")).Expect(0).Json.GetProperty("devices");
        Assert.Equal("cpu", devices[0].GetProperty("device").GetString());
        Assert.All(devices.EnumerateArray(), device => Assert.True(device.GetProperty("scoring").GetBoolean() && device.GetProperty("memory_bytes").GetInt64() > 0));
        Assert.Contains("Name one backbone, or give --devices.", (await MuscProcess.RunAsync("inspect", "compact", "--devices")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_grows_with_the_square_of_the_set()
    {
        JsonElement small = (await MuscProcess.RunAsync("plan", "--count", "100", "--json")).Expect(0).Json;
        JsonElement large = (await MuscProcess.RunAsync("plan", "--count", "200", "--json")).Expect(0).Json;
        Assert.Equal(100 * 99 / 2 * 12, small.GetProperty("pairs").GetInt64());
        Assert.Equal(4, large.GetProperty("flop").GetDouble() / small.GetProperty("flop").GetDouble(), 0.05);
        Assert.True(small.GetProperty("scoring_seconds").GetDouble() > 0 && small.GetProperty("extraction_seconds").GetDouble() > 0);
        MuscProcess text = (await MuscProcess.RunAsync("plan", "--count", "200")).Expect(0);
        Assert.Contains("Time for scores", text.Out, StringComparison.Ordinal);
    }
}
