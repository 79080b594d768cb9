using System.Security.Cryptography;
using MuSc.Features.Backbones;
using MuSc.Features.Models;

namespace MuSc.Features.Tests.Models;

/// <summary>A model from a server to a backbone that opens, and the check of what is installed.</summary>
public sealed class ModelInstallerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LoopbackServer _server = new();
    private readonly HttpClient _client = new();
    private readonly ModelEntry _model;
    private readonly ModelInstaller _installer;

    public ModelInstallerTests()
    {
        string checkpoint = new SwinReference().Checkpoint(early: false).Save(_folder.At("swin.safetensors"));
        _server.Content = File.ReadAllBytes(checkpoint);
        _installer = new ModelInstaller(_folder.At("home"), new FileDownload(_client, new ImmediateTime()));
        _model = new ModelEntry(
            "tiny-swin", "A tiny Swin", _server.Address, _server.Content.Length, "MIT", Size: 32, Convert.ToHexStringLower(SHA256.HashData(_server.Content)));
    }

    [Fact]
    public async Task A_model_is_downloaded_checked_and_imported()
    {
        _server.Breaks.Enqueue(1000);
        await _installer.InstallAsync(_model, null, half: false, null, CancellationToken.None);
        BackboneInfo backbone = Backbone.Open(_installer.BackbonePath(_model));
        Assert.Equal(("tiny-swin", 32, 3, "MIT"), (backbone.Name, backbone.DefaultSize, backbone.Stages, backbone.Licence));
        Assert.Equal(_server.Address.ToString(), backbone.Source);
        Assert.False(backbone.HasClassToken);
        Assert.All(await VerifyAsync(), check => Assert.Equal(ModelState.Intact, check.State));
    }

    [Fact]
    public async Task Another_size_needs_no_second_download()
    {
        await _installer.InstallAsync(_model, null, half: false, null, CancellationToken.None);
        await _installer.InstallAsync(_model, 48, half: true, null, CancellationToken.None);
        Assert.Single(_server.RequestedRanges);
        Assert.Equal(48, Backbone.Open(_installer.BackbonePath(_model)).DefaultSize);
        Assert.All(await VerifyAsync(), check => Assert.Equal(ModelState.Intact, check.State));
    }

    [Fact]
    public async Task A_file_put_there_by_hand_is_taken_if_it_is_the_right_one()
    {
        Directory.CreateDirectory(_folder.At("home", "checkpoints"));
        await File.WriteAllBytesAsync(_installer.CheckpointPath(_model), _server.Content);
        await _installer.InstallAsync(_model, null, half: false, null, CancellationToken.None);
        Assert.Empty(_server.RequestedRanges);

        await File.WriteAllBytesAsync(_installer.CheckpointPath(_model), [1, 2, 3]);
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => _installer.InstallAsync(_model, null, half: false, null, CancellationToken.None));
        Assert.Contains(_model.Sha256!, error.Message);
    }

    [Fact]
    public async Task Model_without_a_published_checksum_stays_what_it_was_at_the_first_pull()
    {
        ModelEntry model = _model with { Sha256 = null };
        await _installer.InstallAsync(model, null, half: false, null, CancellationToken.None);
        Directory.Delete(_folder.At("home", "checkpoints"), recursive: true);
        byte[] first = _server.Content;
        _server.Content = [.. first, 0];

        string record = _folder.At("home", "tiny-swin.sha256");
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => _installer.InstallAsync(model, null, half: false, null, CancellationToken.None));
        Assert.All((string[])[Digest(first), Digest(_server.Content), $"delete {record}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));

        await PutAsync(_server.Content);
        error = await Assert.ThrowsAsync<ModelException>(() => _installer.InstallAsync(model, null, half: false, null, CancellationToken.None));
        Assert.All((string[])[Digest(first), Digest(_server.Content), $"delete {record}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));

        await PutAsync(first);
        await _installer.InstallAsync(model, null, half: false, null, CancellationToken.None);
    }

    [Fact]
    public async Task File_put_there_by_hand_is_compared_with_the_checksum_beside_it()
    {
        ModelEntry model = _model with { Sha256 = null };
        await PutAsync(_server.Content);
        string beside = _installer.CheckpointPath(model) + ".sha256";
        await File.WriteAllTextAsync(beside, new string('0', 64));
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => _installer.InstallAsync(model, null, half: false, null, CancellationToken.None));
        Assert.Contains(Digest(_server.Content), error.Message, StringComparison.Ordinal);
        Assert.Contains($"{beside} says {new string('0', 64)}", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelException>(() => Sha256File.CheckAsync(_installer.CheckpointPath(model), CancellationToken.None));

        await File.WriteAllTextAsync(beside, "none");
        await Assert.ThrowsAsync<ModelException>(() => Sha256File.CheckAsync(_installer.CheckpointPath(model), CancellationToken.None));

        await File.WriteAllTextAsync(beside, $"{Digest(_server.Content).ToUpperInvariant()} *tiny-swin.safetensors");
        await _installer.InstallAsync(model, null, half: false, null, CancellationToken.None);
        Assert.StartsWith(Digest(_server.Content), await File.ReadAllTextAsync(_installer.RecordPath(model)), StringComparison.Ordinal);
        Assert.Empty(_server.RequestedRanges);
    }

    [Fact]
    public async Task Verify_finds_damaged_and_unknown_files()
    {
        await _installer.InstallAsync(_model, null, half: false, null, CancellationToken.None);
        byte[] bytes = await File.ReadAllBytesAsync(_installer.BackbonePath(_model));
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_installer.BackbonePath(_model), bytes);
        await File.WriteAllBytesAsync(_folder.At("home", "other.onnx"), [1]);
        Assert.Equal([ModelState.Unknown, ModelState.Damaged, ModelState.Intact], (await VerifyAsync()).Select(check => check.State));
        Assert.Single(await ModelVerifier.VerifyAsync(_folder.At("home"), ["other"], CancellationToken.None));
        await Assert.ThrowsAsync<ModelException>(() => ModelVerifier.VerifyAsync(_folder.At("home"), ["third"], CancellationToken.None));
    }

    [Fact]
    public async Task Weights_in_a_file_of_their_own_are_checked_too()
    {
        Directory.CreateDirectory(_folder.At("home"));
        string network = _folder.At("home", "big.onnx");
        foreach (string file in (string[])[network, network + ".data"])
        {
            await File.WriteAllBytesAsync(file, [1, 2, 3]);
            await Sha256File.WriteAsync(file, CancellationToken.None);
        }

        Assert.Equal([(network, ModelState.Intact), (network + ".data", ModelState.Intact)], await States());
        await File.WriteAllBytesAsync(network + ".data", [1, 2, 4]);
        Assert.Equal([(network, ModelState.Intact), (network + ".data", ModelState.Damaged)], await States());

        async Task<IEnumerable<(string, ModelState)>> States() =>
            (await ModelVerifier.VerifyAsync(_folder.At("home"), ["big"], CancellationToken.None)).Select(check => (check.Path, check.State));
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task PutAsync(byte[] checkpoint)
    {
        Directory.CreateDirectory(_folder.At("home", "checkpoints"));
        await File.WriteAllBytesAsync(_installer.CheckpointPath(_model), checkpoint);
    }

    private Task<IReadOnlyList<ModelCheck>> VerifyAsync() => ModelVerifier.VerifyAsync(_folder.At("home"), [], CancellationToken.None);
}
