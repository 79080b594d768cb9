using System.Text;
using MuSc.Features.Import;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Import;

/// <summary>Damaged checkpoints: the same result or a clear error, never a crash, a hang or a half-written file.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Mutations = 500;
    private const long MostAllocated = 64L << 20;

    [Fact]
    public void A_damaged_checkpoint_gives_the_same_result_or_a_clear_error()
    {
        using TempFolder folder = new();
        SafetensorsBuilder original = new RandomVit().Timm(bias: true, scales: true).Add("mask_token", new float[12], 1, 12);
        ImportOptions options = ImportedNetwork.Options(original.Save(folder.At("network.safetensors"))) with { Name = "n", Source = "s" };
        BackboneImporter.Import(options, CancellationToken.None);
        byte[] expected = File.ReadAllBytes(options.Output);
        File.Delete(options.Output);

        Dictionary<string, int> outcomes = [];
        for (int seed = 0; seed < Mutations; seed++)
        {
            File.WriteAllBytes(options.Checkpoint, CheckpointMutation.Apply(seed, Encoding.UTF8.GetBytes(original.Header()), original.Data()));
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome = Outcome(options, expected, seed);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine(string.Join("; ", outcomes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.InRange(outcomes["harmless"], 1, Mutations / 2);
    }

    private static string Outcome(ImportOptions options, byte[] expected, int seed)
    {
        try
        {
            BackboneImporter.Import(options, CancellationToken.None);
            Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(options.Output)), $"seed {seed}: another result");
            File.Delete(options.Output);
            return "harmless";
        }
        catch (ImportException error)
        {
            Assert.Contains(options.Checkpoint, error.Message);
            Assert.True(error.Message.Length > options.Checkpoint.Length + 20, $"seed {seed}: {error.Message}");
            Assert.Equal([options.Checkpoint], Directory.GetFiles(Path.GetDirectoryName(options.Checkpoint)!));
            return "refused";
        }
    }
}
